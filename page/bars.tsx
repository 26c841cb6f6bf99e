import type { SeatScope } from "../src/model/documents.generated.ts";
import { figure } from "../src/report/words.ts";

/** Buckets of last activity, put together for the eye. The figures behind a bar are in its text. */
const bands = [
  { name: "within 30 days", buckets: ["3d", "7d", "14d", "30d"], tone: "fresh" },
  { name: "30 to 90 days ago", buckets: ["60d", "90d"], tone: "aging" },
  { name: "90 days to a year ago", buckets: ["120d", "180d", "365d"], tone: "old" },
  { name: "longer ago or never", buckets: ["longer", "never"], tone: "gone" },
  { name: "not known", buckets: ["unknown"], tone: "blank" },
] as const;

/** When the holders of seats were last active, as one bar. */
export function ActivityBar({ scope }: { readonly scope: SeatScope }) {
  const counts = bands.map(({ buckets }) =>
    scope.lastActive
      .filter(({ within }) => (buckets as readonly string[]).includes(within))
      .reduce((sum, { seats }) => sum + seats, 0),
  );
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return <span class="faint">no seats</span>;
  const words = bands.map(({ name }, at) => `${figure(counts[at] ?? 0)} ${name}`).join(", ");
  let x = 0;
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={`Last active: ${words}`}>
      <title>{words}</title>
      {bands.map(({ tone }, at) => {
        const width = ((counts[at] ?? 0) / all) * 100;
        const from = x;
        x += width;
        return width === 0 ? null : <rect key={tone} class={tone} x={from} y="0" width={width} height="10" />;
      })}
    </svg>
  );
}

export function ActivityLegend() {
  return (
    <>
      <Hatch />
      <ul class="legend" aria-label="Colours of the bars">
        {bands.map(({ name, tone }) => (
          <li key={tone}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <rect class={tone} width="10" height="10" />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What the style draws with on paper, where there may be no colours to tell parts apart by. */
function Hatch() {
  return (
    <svg class="visually-hidden" aria-hidden="true">
      <pattern id="hatch" width="2.5" height="2.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2.5" height="2.5" fill="#ffffff" />
        <rect width="1.1" height="2.5" fill="#000000" />
      </pattern>
    </svg>
  );
}
