#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { exitCodes, OperatorError, PolicyError } from "./model/errors.ts";
import { tool } from "./version.ts";
import type { Kit } from "./wiring.ts";
import { createFolderKit, type FolderKit, type GlobalFlags } from "./wiring-folder.ts";

type Run<Flags> = (kit: Kit, flags: Flags, ...args: (string | undefined)[]) => Promise<number>;

let exitCode: number = exitCodes.done;

/**
 * A command that must not be cut off asks for this: the first Ctrl-C or SIGTERM aborts it, a second one ends the process.
 * Without it a signal ends the process at once, as is right for commands that only read.
 */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143);
      stop.abort();
    });
  }
  return stop.signal;
}

/** Runs a command with a kit made from the flags; its number is the exit code. */
function action<Flags extends object>(load: () => Promise<Run<Flags>>) {
  return async function act(this: Command): Promise<void> {
    const flags = this.optsWithGlobals<GlobalFlags & Flags>();
    const { createKit } = await import("./wiring.ts");
    const kit = await createKit(process, flags, process.cwd(), stopSignal);
    const run = await load();
    try {
      exitCode = await run(kit, flags, ...(this.args as (string | undefined)[]));
    } finally {
      await kit.terminal.flush();
    }
  };
}

type FolderRun<Flags> = (kit: FolderKit, flags: Flags, whole: () => Promise<Kit>) => Promise<number>;

/** The same for a command that mostly looks at files: ways to the organisation are loaded when it asks for them. */
function folderAction<Flags extends object>(load: () => Promise<FolderRun<Flags>>) {
  return async function act(this: Command): Promise<void> {
    const flags = this.optsWithGlobals<GlobalFlags & Flags>();
    const cwd = process.cwd();
    const kit = createFolderKit(process, flags, cwd);
    const run = await load();
    try {
      exitCode = await run(kit, flags, async () => {
        const { wholeKit } = await import("./wiring.ts");
        return await wholeKit(kit, flags, cwd, stopSignal);
      });
    } finally {
      await kit.terminal.flush();
    }
  };
}

/**
 * A source for each time it is given. Not a list after one flag: that would take the person or the run that comes after it
 * for another source.
 */
function sourceOption(): Option {
  return new Option("--source <name=path>", "read a source from outside the repository; once for each").argParser(
    (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text],
  );
}

/** What commander has to say about a command line is told by `report`, like everything else. */
const quietErrors = { outputError: (): void => undefined };

function build(): Command {
  const program = new Command(tool.name)
    .description(
      "Keeps the people, groups and paid seats of an Atlassian Cloud organisation as a Git repository says they should be.",
    )
    .version(tool.version)
    .option("--repo <dir>", "the policy repository", ".")
    .option(
      "--ledger <place>",
      "the ledger: a folder, or a Git repository's address with #branch (default: .seatwright/ledger in the repository, .seatwright/rehearsal against a simulator)",
    )
    .option("--org-id <id>", "the organisation (default: SEATWRIGHT_ORG_ID, then seatwright.yaml)")
    .option("--api-url <url>", "base URL of Atlassian's API (default: SEATWRIGHT_API_URL, then Atlassian)")
    .option("--json", "print the result as JSON")
    .option("--quiet", "no progress")
    .option("--verbose", "diagnostics as JSON lines on stderr")
    .configureOutput(quietErrors)
    .exitOverride();

  program
    .command("init")
    .description("write a new policy repository: organisation file, example policies, workflow")
    .option("--name <name>", "the organisation's name")
    .addOption(
      new Option("--time <time>", "when the scheduled run looks").choices(["daily", "weekly", "monthly", "by-hand"]),
    )
    .option("--apps <apps>", "people: whose seats, as app names with commas between")
    .option("--unused <duration>", "people: unused for this long, for example 90d")
    .addOption(new Option("--action <action>", "what happens to them").choices(["report", "revoke", "suspend"]))
    .addOption(
      new Option("--show <show>", "reporting: what summaries show of people").choices([
        "names",
        "names-and-emails",
        "ids",
      ]),
    )
    .option("--uses <owner/repository@commit>", "the GitHub action of the workflow (default: a placeholder to fill in)")
    .action(action(async () => (await import("./commands/init.ts")).runInit));

  program
    .command("validate")
    .description("check the policy repository")
    .option("--snapshot <file>", "also resolve names against this snapshot")
    .option("--lock", "write seatwright.lock.yaml: what every name means today")
    .addOption(sourceOption())
    .action(folderAction(async () => (await import("./commands/validate.ts")).runValidate));

  program
    .command("schema")
    .description("print a JSON Schema, or write all of them for your editor")
    .argument("[name]")
    .option("--out <dir>", "write every schema into this folder")
    .action(action(async () => (await import("./commands/schema.ts")).runSchema));

  program
    .command("sync")
    .description("read the organisation into a snapshot file; changes nothing")
    .requiredOption("--out <file>", "where the snapshot goes; it holds personal data")
    .addOption(sourceOption())
    .option("--accept-counts <why>", "take these counts as the measure of later ones though they fell")
    .option(
      "--default-groups",
      "also read which groups new people land in: a request for each group that grants something",
    )
    .action(action(async () => (await import("./commands/sync.ts")).runSync));

  program
    .command("plan")
    .description(
      "show what the policies would change, with a reason for each change; changes nothing in the organisation",
    )
    .option(
      "--snapshot <file>",
      "plan from this snapshot; such a plan can be applied until the snapshot is a day old (default: read the organisation now)",
    )
    .option("--out <file>", "write the plan as JSON")
    .option("--markdown <file>", "write the plan as Markdown")
    .option("--html <file>", "write the plan as one HTML file")
    .option(
      "--handoff <dir>",
      "write what cannot be changed here: one CSV file for each identity provider, one for admins",
    )
    .option("--select <selector>", "a one-off for this named selector; with --do and --because")
    .option("--do <action>", "what the one-off does: suspend, revoke, 'addToGroup: {group: x}', ...")
    .option("--because <text>", "why the one-off is done; reviewers read it")
    .addOption(sourceOption())
    .option("--all", "list every row")
    .option("--detailed-exitcode", "exit 2 when there are changes")
    .action(action(async () => (await import("./commands/plan.ts")).runPlan));

  program
    .command("seats")
    .description("show who holds the seats, what is unused, what could be freed, and what that may cost")
    .option("--snapshot <file>", "look at this snapshot (default: read the organisation now)")
    .option("--idle <durations>", "how long unused, with commas between (default: 30d,60d,90d,120d)")
    .addOption(sourceOption())
    .option("--all", "also who holds the seats and when they were last active")
    .action(action(async () => (await import("./commands/seats.ts")).runSeats));

  program
    .command("users")
    .description("list people or seats by a filter, save the filter, write CSV or JSON")
    .option("--snapshot <file>", "look at this snapshot (default: read the organisation now)")
    .option("--where <filter>", "a filter as policies have it, in YAML, or @FILE")
    .option("--app <app...>", "holds a seat on this app; the durations below are about it")
    .option("--site <site...>", "on this site")
    .option("--group <group...>", "member of this group, by name or glob")
    .option("--status <status...>", "active, suspended, not_invited, deactivated, for_deletion")
    .option("--domain <domain...>", "the part of the address behind the @")
    .option("--role <role...>", "holds this role on the app: user, admin, guest, ...")
    .option("--idle <duration>", "was active once, and not for this long: 90d")
    .option("--unused <duration>", "idle, or never active, for this long")
    .option("--never-active <duration>", "never active since the seat was given, this long ago or longer")
    .addOption(new Option("--per <row>", "a row for each person, or for each seat").choices(["person", "seat"]))
    .option("--from-csv <file>", "only people whom this file lists by address or account id")
    .option("--column <name>", "the column of that file")
    .option("--unknown", "list those of whom the filter cannot be told, and why")
    .option("--columns <names>", "columns to show, with commas between")
    .option("--sort <columns>", "by these columns, with commas between; name:desc turns one round")
    .option("--limit <number>", "at most so many rows")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "csv", "json", "jsonl"]))
    .option("--out <file>", "where it goes (default: standard output); it holds personal data")
    .option("--all", "list every row of the table")
    .option("--save-as <name>", "save the filter as a named selector in the policy repository")
    .addOption(sourceOption())
    .action(action(async () => (await import("./commands/users.ts")).runUsers));

  program
    .command("report")
    .description(
      "write one HTML file to look at the organisation with: seats, people, groups, plan, history; no server",
    )
    .requiredOption("--out <file>", "where the page goes; it holds personal data")
    .option("--snapshot <file>", "look at this snapshot (default: read the organisation now)")
    .option("--idle <durations>", "how long unused, with commas between (default: 30d,60d,90d,120d)")
    .option("--warning <duration>", "of these: from when an unused seat is worth a look (default: 60d)")
    .option("--overdue <duration>", "of these: from when it is overdue (default: 90d)")
    .addOption(sourceOption())
    .action(action(async () => (await import("./commands/report.ts")).runReport));

  program
    .command("explain")
    .description("say why somebody holds a seat or lost it, what every policy makes of them, and what runs did")
    .argument("<person>", "address, account id or name")
    .option("--snapshot <file>", "explain from this snapshot (default: read the organisation now)")
    .option("--run <run>", "what this run did to the person, from the ledger alone: no key, no snapshot")
    .addOption(sourceOption())
    .action(action(async () => (await import("./commands/explain.ts")).runExplain));

  program
    .command("approve")
    .description("show a plan and sign an approval file for it with your SSH key; changes nothing")
    .requiredOption("--plan <file>", "the plan")
    .requiredOption("--key <file>", "your private SSH key, or the public one where an agent holds the private half")
    .requiredOption("--reason <text>", "why; it is signed and kept in the audit log")
    .requiredOption("--out <file>", "the approval file; signatures of others that it holds stay")
    .option("--as <login>", "who you are among the approvers, where no .pub file beside the key tells")
    .option("--override <limit...>", "let these limits pass, once; you then override, and others approve")
    .option("--snapshot <file>", "take people's names from this snapshot; without it, account ids are shown")
    .option("--all", "list every row")
    .action(action(async () => (await import("./commands/approve.ts")).runApprove));

  program
    .command("apply")
    .description("carry out an approved plan, as far as it still holds")
    .requiredOption("--plan <file>", "the plan")
    .option("--approve <digest>", "the digest of the plan you approve")
    .option("--approval <file>", "the approval file that others signed, in place of --approve, --reason and --override")
    .option("--reason <text>", "why, for the audit log")
    .addOption(sourceOption())
    .option("--override <limit@digest...>", "let a limit that this plan trips pass, once; with --reason")
    .option("--max-minutes <minutes>", "stop cleanly before the run takes longer")
    .option("--snapshot <file>", "take people's names from this snapshot; without it, account ids are shown")
    .option("--all", "list every row")
    .action(action(async () => (await import("./commands/apply.ts")).runApply));

  program
    .command("undo")
    .description("write the plan that takes back what was done; changes nothing")
    .argument("[run]", "the run to take back")
    .requiredOption("--out <file>", "where the plan goes")
    .option("--person <person>", "only what was done to this person: an address or an account id")
    .option("--because <policy>", "only what was done for this policy")
    .option("--since <day>", "only what was done on this day or later")
    .addOption(sourceOption())
    .option("--all", "list every row")
    .action(action(async () => (await import("./commands/undo.ts")).runUndo));

  program
    .command("stop")
    .description("stop every run before its next change, until the stop is withdrawn")
    .option("--reason <text>", "why; whoever meets the stop reads it")
    .option("--withdraw", "let runs go on again")
    .action(action(async () => (await import("./commands/stop.ts")).runStop));

  program
    .command("doctor")
    .description("look at machine, policies, key, ledger and GitHub, and say what is wrong; changes nothing")
    .option("--warn-after-days <days>", "warn when the last good run is this long ago", "10")
    .option("--github-token-env <name>", "the environment variable with a token for GitHub", "GITHUB_TOKEN")
    .option("--github-repository <owner/name>", "the repository (default: GITHUB_REPOSITORY, then the remote origin)")
    .option("--github-api-url <url>", "base URL of GitHub's API (default: GITHUB_API_URL, then github.com)")
    .option("--secret <name>", "the secret that holds Atlassian's API key", "SEATWRIGHT_API_KEY")
    .option("--ledger-branch <name>", "the ledger's branch on GitHub", "seatwright-ledger")
    .addOption(sourceOption())
    .action(action(async () => (await import("./commands/doctor.ts")).runDoctor));

  const audit = program.command("audit").description("the audit log");
  audit
    .command("verify")
    .description("prove that an audit log is whole and unchanged")
    .argument("<file>", "the log, or the id of a run of the ledger")
    .action(action(async () => (await import("./commands/audit-verify.ts")).runAuditVerify));

  audit
    .command("export")
    .description("every run and plan of a period, verified, for whoever audits")
    .requiredOption("--from <day>", "the first day, or a moment")
    .requiredOption("--to <day>", "the last day, or a moment")
    .addOption(new Option("--format <format>", "JSON Lines or CSV").choices(["jsonl", "csv"]).default("jsonl"))
    .option("--snapshot <file>", "add people's names from this snapshot; without it, account ids only")
    .option("--out <file>", "where it goes (default: standard output)")
    .action(action(async () => (await import("./commands/audit-export.ts")).runAuditExport));

  program
    .command("history")
    .description("show what earlier runs counted, or when one account held which seat; changes nothing")
    .argument("[person]", "an account id, or with --snapshot an address or a name")
    .option("--from <day>", "counts of this day and later, or a moment")
    .option("--to <day>", "counts up to this day, or a moment")
    .option("--compare", "set two snapshots beside each other: those that held on --from and on --to")
    .option(
      "--active <length>",
      "count as active who was on the app within 3d, 7d, 14d, 30d, 60d, 90d (the default) to 365d",
    )
    .option("--snapshot <file>", "take names from this snapshot")
    .option("--all", "every snapshot, on a line of its own")
    .action(action(async () => (await import("./commands/history.ts")).runHistory));

  program
    .command("export")
    .description("write people, groups, memberships, seats, activity and audit as tables for other programs")
    .requiredOption("--out <dir>", "where the files go; they hold personal data")
    .option("--snapshot <file>", "export this snapshot (default: read the organisation now)")
    .addOption(
      new Option("--format <format>", "what the files are").choices(["csv", "jsonl", "parquet"]).default("csv"),
    )
    .option("--tables <names>", "only these tables, with commas between")
    .option("--from <day>", "audit: the first day, or a moment")
    .option("--to <day>", "audit: the last day, or a moment")
    .addOption(sourceOption())
    .action(action(async () => (await import("./commands/export.ts")).runExport));

  program
    .command("simulate")
    .description("start a make-believe Atlassian Cloud on this machine")
    .option("--people <number>", "how many people", "3000")
    .option("--seed <number>", "the same seed gives the same organisation", "1")
    .option("--port <number>", "the port; 0 takes a free one", "0")
    .option("--from <file>", "take the organisation from a snapshot, to rehearse on your own")
    .action(action(async () => (await import("./commands/simulate.ts")).runSimulate));

  program
    .command("demo")
    .description("the whole story on a make-believe organisation: no account, no key, loopback only")
    .option("--out <dir>", "where the files go", "demo")
    .option("--people <number>", "how many people", "3000")
    .action(action(async () => (await import("./commands/demo.ts")).runDemo));

  for (const command of [...program.commands, ...audit.commands]) command.exitOverride().configureOutput(quietErrors);
  return program;
}

/** A command line that commander does not understand, in our words. Its own begin with `error:` and may end with a hint. */
function usageError({ code, message }: CommanderError): OperatorError {
  const help = "Add --help to see the commands and their options.";
  if (code === "commander.help") return new OperatorError("usage", "No command was given.", help);
  const [what = "", hint = ""] = message.replace(/^error: /, "").split(/\n\(|\)$/);
  const said = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return new OperatorError("usage", said, hint === "" ? help : `${hint} ${help}`);
}

/** What went wrong, once: in words on stderr, or as JSON on stdout. Its exit code. */
async function report(error: unknown, argv: readonly string[]): Promise<number> {
  const json = argv.includes("--json");
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    const asked = usageError(error);
    // Without a command the help was printed, which says it all.
    if (!json && error.code === "commander.help") return asked.exitCode;
    return report(asked, argv);
  }
  if (error instanceof OperatorError) {
    const { message, remedy, reason, exitCode: code } = error;
    const findings = error instanceof PolicyError ? error.findings : [];
    if (json) {
      process.stdout.write(`${JSON.stringify({ error: { code, reason, message, remedy, findings } })}\n`);
      return code;
    }
    const { renderErrorText } = await import("./report/error-text.ts");
    const { renderFindingsText } = await import("./report/findings-text.ts");
    const { createTerminal } = await import("./terminal.ts");
    const { errColour: colour, width, err } = createTerminal(process, "quiet");
    if (findings.length > 0) err(renderFindingsText(findings, new Map(), { colour, width }));
    err(`\n${renderErrorText(error, { colour, width })}`);
    return code;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ error: { code: 1, reason: "internal", message: "a fault in Seatwright" } })}\n`,
    );
  }
  process.stderr.write(
    `\nThis is a fault in Seatwright, not in your files. Please report it with these lines:\n${stack}\n`,
  );
  return exitCodes.internal;
}

try {
  await build().parseAsync(process.argv);
} catch (error) {
  exitCode = await report(error, process.argv);
}
process.exitCode = exitCode;
