import type { Answers, PeerResult } from "./answers.ts";
import type { PlanResult, Plans } from "./plans.ts";
import { count, mib, milliseconds, row, type Section, times } from "./section.ts";

const names: Readonly<Record<string, string>> = {
  seatwright: "**Seatwright**",
  objects: "hand-written loop over objects",
  generated: "generated code over typed arrays",
  duckdb: "DuckDB, one wide table",
  mingo: "mingo",
  "json-rules-engine": "json-rules-engine",
};

/** What our answers rest on and peers are handed ready-made; it is told in a row of its own. */
const SEATS = "who holds which seat";
const GROUPS = "who is in which group";

/** Answers of all peers, as a table. */
export function answersSection(answers: Answers): Section {
  const [ours] = answers.results;
  if (ours === undefined) throw new Error("nobody answered");
  const line = (name: string, result: PeerResult, time: number, fastest: number): string =>
    row(
      name,
      count(result.people),
      String(result.rounds),
      milliseconds(time),
      milliseconds(fastest),
      ((time * 1e6) / result.people).toFixed(0),
      times(time / result.people / (ours.milliseconds / ours.people)),
      times(fastest / result.people / (ours.fastest / ours.people)),
      mib(result.peakBytes),
      result.tellsUnknown ? "yes" : "no",
    );
  const ready = (ours.parts[SEATS] ?? Number.NaN) + (ours.parts[GROUPS] ?? Number.NaN);
  return {
    title: "Answering 20 policies",
    body: [
      "| | people | rounds | median ms | fastest ms | ns for each person | median beside ours | fastest beside ours | peak memory | tells unknown |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
      line(names["seatwright"] ?? "", ours, ours.milliseconds, ours.fastest),
      line(`the same, with ${SEATS} and ${GROUPS}`, ours, ours.milliseconds + ready, ours.fastest + ready),
      ...answers.results
        .slice(1)
        .map((result) => line(names[result.name] ?? "", result, result.milliseconds, result.fastest)),
      "",
      ...(answers.disagreements.length === 0
        ? ["Every peer selected exactly the same people for every policy; those that tell unknown, of the same people."]
        : []),
    ].join("\n"),
    data: { results: answers.results, selections: answers.selections },
    failures: answers.disagreements,
  };
}

/** From a file to a plan, as a table. */
export function plansSection({ plan, command, parse }: Plans, answers: Answers): Section {
  const objects = answers.results.find(({ name }) => name === "objects");
  const parsing = parse.parts["JSON.parse"] ?? Number.NaN;
  const beside = (bytes: number): string => (objects === undefined ? "" : (bytes / objects.peakBytes).toFixed(2));
  const whole = (name: string, result: PlanResult): string =>
    row(
      name,
      milliseconds(result.total),
      times(result.total / parsing),
      mib(result.peakBytes),
      beside(result.peakBytes),
    );
  return {
    title: "From a snapshot file to a written plan",
    body: [
      "| | median ms | beside JSON.parse | peak memory so far | beside the objects |",
      "| --- | ---: | ---: | ---: | ---: |",
      ...Object.entries(plan.parts).map(([part, time]) => {
        const peak = plan.peaks[part] ?? Number.NaN;
        return row(`Seatwright: ${part}`, milliseconds(time), times(time / parsing), mib(peak), beside(peak));
      }),
      whole("**Seatwright: file to plan**", plan),
      whole("the same with a ledger on disk, as the command does it", command),
      ...Object.entries(parse.parts).map(([part, time]) => row(part, milliseconds(time), "", "", "")),
      row("JSON.parse, with reading the file", milliseconds(parse.total), "", mib(parse.peakBytes), ""),
      "",
      `The file has ${mib(plan.fileBytes)}. The plan holds ${count(plan.changes)} changes and ${count(plan.heldBack)} ` +
        `people held back, in ${mib(plan.planBytes)}.`,
    ].join("\n"),
    data: { plan, command, parse },
    failures: [],
  };
}

/** Answers of Seatwright alone, and a plan, at one size. */
export interface SizeResult {
  readonly answers: PeerResult;
  readonly plan: PlanResult;
}

/** The cost of growing, as a table. */
export function sizesSection(sizes: readonly SizeResult[]): Section {
  return {
    title: "Cost by size",
    body: [
      `| people | ${SEATS}, ms | answers, ms | ns for each person | file to plan, ms | µs for each person |`,
      "| ---: | ---: | ---: | ---: | ---: | ---: |",
      ...sizes.map(({ answers, plan }) =>
        row(
          count(answers.people),
          milliseconds(answers.parts[SEATS] ?? Number.NaN),
          milliseconds(answers.milliseconds),
          ((answers.milliseconds * 1e6) / answers.people).toFixed(0),
          milliseconds(plan.total),
          ((plan.total * 1e3) / plan.people).toFixed(1),
        ),
      ),
    ].join("\n"),
    data: sizes,
    failures: [],
  };
}
