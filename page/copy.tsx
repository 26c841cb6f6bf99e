import { useMemo, useState } from "preact/hooks";
import { people } from "../src/report/words.ts";
import type { Filters } from "./filters.ts";
import { type Org, positionsIn } from "./org.ts";
import { Choice, Dialog, saveFile, Words } from "./parts.tsx";
import type { Selection } from "./selection.ts";
import { filterSelector, peopleCsv, peopleSelector } from "./selector.ts";

type Form = "people" | "filter" | "csv";

/** Text that a field shows; all of it is copied and saved. */
const shownCharacters = 4000;

/** Hands people over: as a named filter for the policy repository, or as CSV. */
export function Copy(props: {
  readonly org: Org;
  readonly filters: Filters;
  readonly shown: Uint32Array;
  readonly selection: Selection;
  readonly close: () => void;
}) {
  const { org, filters, shown, selection } = props;
  const hasSelection = selection.count > 0;
  const [form, setForm] = useState<Form>("people");
  const [name, setName] = useState("my-selection");
  const [said, setSaid] = useState("");
  const order = useMemo(
    () => (hasSelection ? positionsIn(selection.bits) : Array.from(shown)),
    [selection, shown, hasSelection],
  );
  const isName = /^[a-z][a-z0-9-]{0,62}$/.test(name);
  const text = useMemo(() => {
    if (form === "csv") return peopleCsv(org, order);
    if (order.length === 0 && form === "people") return null;
    return form === "filter" ? filterSelector(org, name, filters) : peopleSelector(org, name, order);
  }, [org, form, name, order, filters]);
  const who = hasSelection ? `the ${people(selection.count)} selected` : `the ${people(order.length)} found`;
  return (
    <Dialog title="Copy out" kind="box" close={props.close}>
      <Choice
        label="As"
        value={form}
        options={[
          ["people", "Selector: these people"],
          ["filter", "Selector: the filter"],
          ["csv", "CSV"],
        ]}
        set={(next) => {
          setForm(next);
          setSaid("");
        }}
      />
      <p>
        <Words text={explain(form, who)} />
      </p>
      {form !== "csv" && (
        <label class="field">
          <span>Name of the selector</span>
          <input
            value={name}
            aria-invalid={!isName}
            aria-describedby="name-rule"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <span id="name-rule" class={isName ? "faint" : "bad"}>
            Lower-case letters, digits and hyphens, beginning with a letter.
          </span>
        </label>
      )}
      {text === null ? (
        <p class="note caution">
          {form === "filter"
            ? "Policies have no words for these filters: a search, last activity by bucket, shields and the plan cannot be written as a filter, and without any filter it would mean everybody. Copy the people instead."
            : "Nobody is found or selected."}
        </p>
      ) : (
        <>
          <pre tabIndex={0} aria-label="What is copied" data-copy={form}>
            {text.length > shownCharacters ? `${text.slice(0, shownCharacters)}\n…` : text}
          </pre>
          <div class="buttons">
            <button
              type="button"
              class="primary"
              disabled={!isName && form !== "csv"}
              onClick={() => {
                navigator.clipboard.writeText(text).then(
                  () => setSaid("Copied."),
                  () => setSaid("The browser does not let this page copy. Save it as a file instead."),
                );
              }}
            >
              Copy
            </button>
            <button
              type="button"
              class="plain"
              disabled={!isName && form !== "csv"}
              onClick={() => {
                if (form === "csv") saveFile("people.csv", "text/csv", text);
                else saveFile(`${name}.yaml`, "application/yaml", text);
                setSaid("Handed to the browser as a file.");
              }}
            >
              Save as a file
            </button>
            <span role="status">{said}</span>
          </div>
        </>
      )}
    </Dialog>
  );
}

function explain(form: Form, who: string): string {
  if (form === "csv") {
    return `A table of ${who}, for a spreadsheet. \`seatwright users --from-csv people.csv --column accountId\` reads it again.`;
  }
  if (form === "people") {
    return `A named filter that means exactly ${who}, by account id. Put it into the policy repository, for example as policies/my-selection.yaml; then \`seatwright plan --select\` plans for it.`;
  }
  return "The filter itself, in the words of policies: next month it may mean other people. The selection has no part in it.";
}
