import os from "node:os";
import type { Answers, PeerResult } from "./answers.ts";
import type { Options } from "./options.ts";
import type { PlanResult, Plans } from "./plans.ts";

/** Everything one run of the bench found out. */
export interface Report {
  readonly command: string;
  readonly node: string;
  readonly options: Options;
  readonly answers: Answers;
  /** Seatwright alone, by size. */
  readonly sizes: readonly PeerResult[];
  readonly plans: Plans;
  readonly planSizes: readonly PlanResult[];
}

const names: Readonly<Record<string, string>> = {
  seatwright: "**Seatwright**",
  objects: "hand-written loop over objects",
  generated: "generated code over typed arrays",
  duckdb: "DuckDB, one wide table",
  mingo: "mingo",
  "json-rules-engine": "json-rules-engine",
};

/** The report as Markdown. */
export function tableOf(report: Report): string {
  const { answers, plans, options } = report;
  const [ours] = answers.results;
  const objects = answers.results.find(({ name }) => name === "objects");
  const { plan, command, parse } = plans;
  const parsing = parse.parts["JSON.parse"] ?? Number.NaN;
  const times = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  return [
    `\`${report.command}\`: ${count(options.people)} people, 20 policies, seed ${options.seed}; Node ${report.node}, ` +
      `${os.cpus().length} processors (${os.cpus()[0]?.model.trim() ?? "unknown"}), ${mib(os.totalmem())} of memory.`,
    "",
    `### Answering 20 policies`,
    "",
    "| | people | rounds | median ms | fastest ms | ns for each person | time beside ours | peak memory | tells unknown |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ...answers.results.map((result) =>
      row(
        names[result.name] ?? result.name,
        count(result.people),
        String(result.rounds),
        milliseconds(result.milliseconds),
        milliseconds(result.fastest),
        ((result.milliseconds * 1e6) / result.people).toFixed(0),
        ours === undefined ? "" : `${times(perPerson(result) / perPerson(ours))}x`,
        mib(result.peakBytes),
        result.tellsUnknown ? "yes" : "no",
      ),
    ),
    "",
    answers.disagreements.length === 0
      ? "Every peer selected exactly the same people for every policy."
      : answers.disagreements.join("\n"),
    "",
    `### From a snapshot file to a written plan`,
    "",
    "| | median ms | beside JSON.parse | peak memory | beside the objects |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...Object.entries(plan.parts).map(([part, time]) => row(`Seatwright: ${part}`, milliseconds(time), "", "", "")),
    row(
      "**Seatwright: file to plan**",
      milliseconds(plan.total),
      `${times(plan.total / parsing)}x`,
      mib(plan.peakBytes),
      objects === undefined ? "" : times(plan.peakBytes / objects.peakBytes),
    ),
    row(
      "the same with a ledger on disk, as the command does it",
      milliseconds(command.total),
      `${times(command.total / parsing)}x`,
      mib(command.peakBytes),
      "",
    ),
    ...Object.entries(parse.parts).map(([part, time]) => row(part, milliseconds(time), "", "", "")),
    row("JSON.parse, with reading the file", milliseconds(parse.total), "", mib(parse.peakBytes), ""),
    "",
    `The plan holds ${count(plan.changes)} changes and ${count(plan.heldBack)} people held back, in ${mib(plan.planBytes)}.`,
    "",
    "### Cost by size",
    "",
    "| people | who holds which seat, ms | answers, ms | ns for each person | file to plan, ms | µs for each person |",
    "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ...report.sizes.map((result, at) => {
      const made = report.planSizes[at];
      return row(
        count(result.people),
        milliseconds(result.parts["who holds which seat"] ?? Number.NaN),
        milliseconds(result.milliseconds),
        ((result.milliseconds * 1e6) / result.people).toFixed(0),
        made === undefined ? "" : milliseconds(made.total),
        made === undefined ? "" : ((made.total * 1e3) / made.people).toFixed(1),
      );
    }),
    "",
  ].join("\n");
}

function perPerson({ milliseconds: time, people }: PeerResult): number {
  return time / people;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function milliseconds(time: number): string {
  return time >= 100 ? count(Math.round(time)) : time.toFixed(1);
}

function count(number: number): string {
  return number.toLocaleString("en-GB");
}

function mib(bytes: number): string {
  return `${count(Math.round(bytes / 2 ** 20))} MiB`;
}
