import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { figure } from "../src/report/words.ts";

/** A part of a view with its title. */
export function Sheet(props: {
  readonly id: string;
  readonly title: string;
  readonly remark?: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="sheet" aria-labelledby={props.id}>
      <div class="head">
        <h2 id={props.id}>{props.title}</h2>
        {props.remark !== undefined && <p class="faint">{props.remark}</p>}
        {props.tools !== undefined && <div class="tools">{props.tools}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** A table that scrolls sideways where it does not fit; the keyboard reaches it there, to scroll it too. */
export function Wide(props: { readonly of: string; readonly children: ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null);
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const watcher = new ResizeObserver(() => setCut(current.scrollWidth > current.clientWidth));
    watcher.observe(current);
    if (current.firstElementChild !== null) watcher.observe(current.firstElementChild);
    return () => watcher.disconnect();
  }, []);
  const reachable = isCut ? { tabIndex: 0, role: "group" as const, "aria-labelledby": props.of } : {};
  return (
    <div class="wide" ref={element} {...reachable}>
      {props.children}
    </div>
  );
}

/** A count that leads to the people behind it; plain where there is nobody, or no way there. */
export function Count(props: {
  readonly value: number;
  readonly of: string;
  readonly open?: (() => void) | undefined;
}) {
  const { value, of, open } = props;
  if (open === undefined || value === 0) return <>{value === 0 ? <span class="faint">0</span> : figure(value)}</>;
  return (
    <button type="button" class="count" onClick={open} aria-label={`${figure(value)}, show the people: ${of}`}>
      {figure(value)}
    </button>
  );
}

/** One of a few. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly set: (value: Value) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{props.label}</legend>
      {props.options.map(([value, words]) => (
        <label key={value} class={value === props.value ? "on" : ""}>
          <input type="radio" name={props.label} checked={value === props.value} onChange={() => props.set(value)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

export function Select<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly set: (value: Value) => void;
}) {
  return (
    <label class="select">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.set(event.currentTarget.value as Value)}>
        {props.options.map(([value, words]) => (
          <option key={value} value={value} selected={value === props.value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A window over the page that the keyboard stays in; Escape closes it. */
export function Dialog(props: {
  readonly title: string;
  readonly kind: "drawer" | "box";
  readonly close: () => void;
  readonly children: ComponentChildren;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={props.kind}
      aria-labelledby="dialog-title"
      onClose={props.close}
      onClick={(event) => {
        if (event.target === element.current) element.current?.close();
      }}
    >
      <div class="dialog-head">
        <h2 id="dialog-title">{props.title}</h2>
        <button type="button" class="plain" onClick={() => element.current?.close()}>
          Close
        </button>
      </div>
      <div class="dialog-body">{props.children}</div>
    </dialog>
  );
}

/** Shows what changed, for a moment, and tells it to screen readers. */
export function useSaid(): readonly [string, (text: string) => void] {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), 8000);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}

/** Whether the page is being printed now. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(() => matchMedia("print").matches);
  useEffect(() => {
    const query = matchMedia("print");
    const follow = (): void => setPrinting(query.matches);
    const before = (): void => setPrinting(true);
    const after = (): void => setPrinting(false);
    query.addEventListener("change", follow);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      query.removeEventListener("change", follow);
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}

/** Hands a text over as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A sentence of which what stands between backticks is code. */
export function Words({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}
