import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { figure } from "../src/report/words.ts";

export interface Line {
  readonly label: string;
  /** One for each time; null: it was not there. */
  readonly values: readonly (number | null)[];
  /** What each may be at most; drawn as a band above the line. Null: nothing is known beyond the value. */
  readonly atMost: readonly (number | null)[];
}

const height = 300;

/** Curves over time. A picture: what it shows must stand elsewhere as text. Times in seconds. */
export function Chart(props: {
  readonly title: string;
  readonly times: readonly number[];
  readonly lines: readonly Line[];
}) {
  const { title, times, lines } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    let chart = draw(element, times, lines);
    const again = (): void => {
      chart.destroy();
      chart = draw(element, times, lines);
    };
    dark.addEventListener("change", again);
    const watcher = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      dark.removeEventListener("change", again);
      watcher.disconnect();
      chart.destroy();
    };
  }, [times, lines]);
  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={title} />
      <figcaption>
        <ul class="legend">
          {lines.map(({ label }, at) => (
            <li key={label}>
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <rect class={`line-${at + 1}`} width="10" height="10" />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

function draw(element: HTMLElement, times: readonly number[], lines: readonly Line[]): uPlot {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: "12px system-ui, sans-serif",
  };
  const hasBand = lines.map(({ values, atMost }) => atMost.some((most, at) => (most ?? 0) > (values[at] ?? 0)));
  const banded = lines.flatMap((line, at) =>
    hasBand[at] === true ? [{ line, colour: colour(`--line-${at + 1}`) }] : [],
  );
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] } },
      axes: [
        { ...axis, space: 90, values: (_, ticks) => ticks.map(dayAt) },
        { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => figure(Math.round(tick))) },
      ],
      series: [
        {},
        ...lines.map(({ label }, at) => ({
          label,
          stroke: colour(`--line-${at + 1}`),
          width: 2,
          points: { show: times.length <= 40, size: 5 },
        })),
        ...banded.map(({ line: { label } }) => ({
          label: `${label}, at most`,
          width: 0,
          points: { show: false },
        })),
      ],
      bands: banded.map(({ line, colour: of }, at) => ({
        series: [lines.length + 1 + at, lines.indexOf(line) + 1] as [number, number],
        fill: `${of}40`,
      })),
    },
    [
      times.slice(),
      ...lines.map(({ values }) => values.slice()),
      ...banded.map(({ line: { atMost } }) => atMost.slice()),
    ],
    element,
  );
}

function dayAt(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
