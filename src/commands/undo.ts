import { requireWritable, writeWhole } from "../disk/write.ts";
import { snapshotDigest } from "../disk/snapshot-file.ts";
import { OperatorError } from "../model/errors.ts";
import { proposeUndo } from "../pipeline.ts";
import type { UndoSelection } from "../plan/undo-selection.ts";
import type { OrgReader } from "../ports.ts";
import { jsonPieces } from "../report/json-pieces.ts";
import { createNames } from "../report/people.ts";
import { renderPlanText } from "../report/plan-text.ts";
import { tool } from "../version.ts";
import type { Kit } from "../wiring.ts";
import { startOf } from "./moments.ts";
import { exitOf, tellOfStop } from "./plan.ts";
import { readPolicies, type SourceFlags } from "./policies.ts";
import { printDocument } from "./print.ts";

export interface UndoFlags extends SourceFlags {
  readonly out: string;
  readonly person?: string;
  readonly because?: string;
  readonly since?: string;
  readonly all?: true;
}

/**
 * `seatwright undo [RUN] --out FILE`: writes the plan that takes back what a run did, or what was done to a person, or for
 * a policy. Changes nothing: the plan is reviewed and applied like any other.
 */
export async function runUndo(kit: Kit, flags: UndoFlags, run: string | undefined): Promise<number> {
  if (run === undefined && flags.person === undefined && flags.because === undefined) {
    throw new OperatorError(
      "usage",
      "What is to be undone was not said.",
      "Name a run, or give --person, or --because with a policy's id. They can be combined.",
    );
  }
  const policies = await readPolicies(kit, flags);
  await requireWritable(flags.out);
  const connection = kit.connect(policies.organizationId);
  try {
    const { reader } = connection;
    const selection: UndoSelection = {
      run: run ?? null,
      accountId: flags.person === undefined ? null : await accountOf(reader, flags.person),
      policy: flags.because ?? null,
      since: flags.since === undefined ? null : startOf("--since", flags.since),
    };
    const ledger = kit.ledger(policies.organizationId);
    const { plan, population } = await proposeUndo({
      policies,
      reader,
      ledger,
      digestOf: snapshotDigest,
      tool,
      ...(kit.api === "loopback" ? { rehearsal: true } : {}),
      selection,
    });
    await writeWhole(flags.out, jsonPieces(plan, "lines"), "anyone");
    await tellOfStop(kit, ledger);
    const { terminal } = kit;
    if (kit.json) await printDocument(terminal, plan);
    else {
      const { colour, width } = terminal;
      const all = flags.all === true;
      const names = createNames(population, policies.show);
      terminal.out(
        renderPlanText(plan, names, {
          colour,
          width,
          rows: all ? "all" : 12,
          detail: all ? "full" : "short",
          planPath: flags.out,
        }),
      );
    }
    return exitOf(plan, "plain");
  } finally {
    await connection.close();
  }
}

/** The account id of a person given by address or by account id. */
async function accountOf(reader: OrgReader, person: string): Promise<string> {
  if (!person.includes("@")) {
    if (/^[A-Za-z0-9_|:-]{1,128}$/.test(person)) return person;
    throw new OperatorError("usage", `--person ${person} is no account id.`, "Give an address or an account id.");
  }
  const found = new Set((await reader.findAddresses([person])).map(({ id }) => id));
  const [id, ...more] = found;
  if (id !== undefined && more.length === 0) return id;
  throw new OperatorError(
    "usage",
    id === undefined
      ? `Nobody in the organisation has the address ${person}.`
      : `${person} is several accounts' address.`,
    "Give the account id: it is in the plan and in the audit log.",
  );
}
