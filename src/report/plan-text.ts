import type { Plan, SeatCount } from "../model/documents.generated.ts";
import type { Rows, TextOptions } from "./palette.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { Names } from "./people.ts";
import {
  applyCommand,
  headlineWords,
  isQuiet,
  obstacleWords,
  overrideCommand,
  outlinePlan,
  type PlanFiles,
  type PlanOutline,
  quarantineWords,
  restWords,
  scopeWords,
  trippedWords,
  validWords,
  undoWords,
} from "./plan-outline.ts";
import { type Detail, writeChangeGroups } from "./plan-text-changes.ts";
import { writeConflicts, writeHeldBack, writeOwed, writePolicies } from "./plan-text-rest.ts";
import { capital, figure, many, momentWords, people, shortDigest, signed } from "./words.ts";

export interface PlanTextOptions extends TextOptions, PlanFiles {
  /** At most this many rows of each table; `all` lists everybody. */
  readonly rows: Rows;
  /** `full` adds to each change its account id, every fact with its place, and how it would be undone. */
  readonly detail: Detail;
}

/**
 * A plan for a terminal: first what a reviewer must know, then the changes by action and app with the surprising ones
 * first, then who is held back and why, and last the exact command that applies this plan and no other. Lines keep to the
 * width, except that command and the digest.
 */
export function renderPlanText(plan: Plan, names: Names, options: PlanTextOptions): string {
  const outline = outlinePlan(plan, names);
  const page = createTextPage(options);
  writeOpening(page, outline);
  writeOwed(page, outline, options);
  if (!isQuiet(outline)) {
    writeSeats(page, outline);
    writeState(page, outline);
  }
  writeChangeGroups(page, outline, outline.groups, options);
  if (outline.quarantined.length > 0) {
    page.blank();
    page.heading("Quarantined", quarantineWords(outline), "danger");
    writeChangeGroups(page, outline, outline.quarantined, { ...options, remark: "quarantined" });
  }
  writeHeldBack(page, outline, options);
  writeConflicts(page, outline, options);
  writePolicies(page, outline);
  writeNext(page, outline, options);
  return page.text();
}

function writeOpening(page: TextPage, outline: PlanOutline): void {
  const { plan } = outline;
  const origin = undoWords(plan) ?? "Plan";
  page.heading(`${origin} for ${plan.organization.name}`, momentWords(plan.asOf));
  page.blank();
  page.paragraph(headlineWords(outline), { tone: "strong" });
  page.paragraph(
    [...restWords(outline), scopeWords(outline), ...(isQuiet(outline) ? ["The snapshot is complete."] : [])].join(" "),
  );
}

function writeSeats(page: TextPage, { plan, labels }: PlanOutline): void {
  if (plan.seats.length === 0) return;
  const unknown = plan.seats.some((seat) => seat.unknown > 0);
  const capacity = plan.seats.some((seat) => seat.capacity !== null);
  const change = (seat: SeatCount): string => (seat.after === seat.before ? "" : signed(seat.after - seat.before));
  page.blank();
  const fits = page.table(
    [
      { title: "Seats", least: 16 },
      { title: "Before", align: "right" },
      { title: "After", align: "right", tone: "strong" },
      { title: "Change", align: "right" },
      ...(unknown ? [{ title: "Not known", align: "right" } as const] : []),
      ...(capacity ? [{ title: "Capacity", align: "right" } as const] : []),
    ],
    plan.seats.map((seat) => ({
      cells: [
        labels.instance(seat.instance),
        figure(seat.before),
        figure(seat.after),
        change(seat),
        ...(unknown ? [seat.unknown === 0 ? "" : figure(seat.unknown)] : []),
        ...(capacity ? [seat.capacity === null ? "" : figure(seat.capacity)] : []),
      ],
    })),
    { indent: 2 },
  );
  if (fits) return;
  page.paragraph("Seats", { indent: 2, tone: "faint" });
  for (const seat of plan.seats) {
    const notKnown = seat.unknown === 0 ? "" : `, not known of ${people(seat.unknown)}`;
    const count =
      seat.after === seat.before ? figure(seat.before) : `${figure(seat.before)}, then ${figure(seat.after)}`;
    page.paragraph(`${labels.instance(seat.instance)}: ${count}${notKnown}`, { indent: 2 });
  }
}

function writeState(page: TextPage, outline: PlanOutline): void {
  const { plan, tripped, hazards } = outline;
  const { state, concerns } = plan.certificate;
  const obstacle = obstacleWords(outline);
  page.blank();
  page.pairs(
    [
      ...hazards.map(({ changes, meaning }, at) => ({
        label: at === 0 ? "Hazards" : "",
        text: `${many(changes, "change")}: the person ${meaning}`,
        tone: "caution" as const,
      })),
      ...(tripped.length === 0
        ? [{ label: "Limits", text: limitsWords(plan) }]
        : [
            ...tripped.map((reading, at) => ({
              label: at === 0 ? "Limits" : "",
              text: `Tripped: ${trippedWords(reading, outline)}`,
              tone: "danger" as const,
            })),
            ...(plan.quarantined.length === 0
              ? []
              : [{ label: "", text: quarantineWords(outline), tone: "danger" as const }]),
          ]),
      {
        label: "Snapshot",
        text: capital(state),
        tone: state === "complete" ? ("good" as const) : ("danger" as const),
      },
      ...concerns.map((concern) => ({ label: "", text: concern, tone: "danger" as const })),
      ...plan.sources.map(({ name, rows, unmatched }, at) => ({
        label: at === 0 ? "Sources" : "",
        text: `${name}: ${many(rows, "row")}${unmatched === 0 ? "" : `, ${figure(unmatched)} of them name nobody known here`}`,
      })),
      { label: "Valid", text: `Until ${validWords(plan)}` },
      ...(obstacle === null ? [] : [{ label: "Power", text: obstacle, tone: "caution" as const }]),
      { label: "Plan", text: shortDigest(plan.digest) },
      ...plan.notes.map((note, at) => ({ label: at === 0 ? "Notes" : "", text: note })),
    ],
    { indent: 2 },
  );
}

function limitsWords({ limits }: Plan): string {
  return limits.length === 0 ? "None applied" : `${many(limits.length, "limit")} looked at, none tripped`;
}

function writeNext(page: TextPage, outline: PlanOutline, files: PlanFiles): void {
  const { plan } = outline;
  page.blank();
  const command = applyCommand(outline, files);
  if (command !== null) {
    page.heading("Next");
    page.paragraph("Nothing has been changed. This applies exactly this plan, and looks again at each person first:", {
      indent: 2,
    });
    page.verbatim(command, { indent: 2, tone: "accent" });
  } else if (plan.changes.length > 0 && files.planPath === null) {
    page.paragraph("Nothing has been changed. Keep the plan with --out plan.json to have it reviewed and applied.");
  } else {
    page.paragraph("Nothing has been changed.");
  }
  const override = overrideCommand(outline, files);
  if (override !== null) {
    page.paragraph(
      "If you know the cause and the removals are right, this lets the limits pass once, for this plan only. Where a review approves the plan, somebody else than the approver gives the override.",
      { indent: 2 },
    );
    page.verbatim(override, { indent: 2, tone: "accent" });
  }
  page.blank();
  page.verbatim(`Digest ${plan.digest}`, { tone: "faint" });
}
