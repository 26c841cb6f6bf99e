import path from "node:path";
import { requireWritable, writeWhole } from "../disk/write.ts";
import { OperatorError, PolicyError } from "../model/errors.ts";
import { formatPlace } from "../model/finding.ts";
import { dayOf } from "../model/time.ts";
import { hasLapsed } from "../policy/check-exemptions.ts";
import { nearest } from "../policy/distance.ts";
import { momentAfter, parseDuration } from "../policy/duration.ts";
import { isSameOneOff, type OneOff, oneOffId, oneOffPath, oneOffText, readAction } from "../policy/one-off.ts";
import type { PolicyFileBytes } from "../ports.ts";
import type { Kit } from "../wiring.ts";
import { type PoliciesRead, policiesIn, readPolicies, type SourceFlags } from "./policies.ts";
import { userName } from "./user.ts";

export interface OneOffFlags extends SourceFlags {
  readonly select?: string;
  readonly do?: string;
  readonly because?: string;
}

/** A policy repository with a policy for once, which may still have to be written. */
export interface OneOffPolicies {
  readonly policies: PoliciesRead;
  /** The policy's id. */
  readonly only: string;
  /** From the repository's root. */
  readonly file: string;
  /** Writes the file where it is not there yet. */
  readonly write: () => Promise<"written" | "there already">;
}

/** Whether a one-off is asked for. Throws OperatorError where only a part of it is. */
export function wantsOneOff({ select, do: action, because }: OneOffFlags): boolean {
  const given = [select, action, because].filter((flag) => flag !== undefined);
  if (given.length === 0) return false;
  if (given.length === 3 && because?.trim() !== "") return true;
  throw new OperatorError(
    "usage",
    because !== undefined && because.trim() === ""
      ? "--because is empty."
      : "A one-off needs a selector, an action and a reason.",
    'Give all three: --select leavers-q4 --do suspend --because "HR-812". Whoever reviews the plan reads the reason.',
  );
}

/**
 * The repository with a one-off policy as a file under `policies/ad-hoc/`: reviewed, digested, applied and re-read like
 * every other, so that *approved and still proposed* holds for it too. Nothing is written yet.
 */
export async function withOneOff(kit: Kit, flags: OneOffFlags): Promise<OneOffPolicies> {
  const before = await readPolicies(kit, flags);
  const oneOff = oneOffIn(kit, flags, before);
  const file = oneOffPath(oneOff.selector);
  const full = path.join(kit.repo, file);
  const only = oneOffId(oneOff.selector);
  const there = before.files.find((each) => each.path === file);
  if (there !== undefined) {
    requireSame(there, oneOff, before, kit);
    return { policies: before, only, file, write: () => Promise.resolve("there already") };
  }
  const text = oneOffText(oneOff);
  const added: PolicyFileBytes = { path: file, bytes: new TextEncoder().encode(text), changedAt: null };
  const policies = await policiesIn(kit, flags, [...before.files, added]);
  await requireWritable(full);
  return {
    policies,
    only,
    file,
    async write() {
      await writeWhole(full, [text], "anyone");
      return "written";
    },
  };
}

function oneOffIn(kit: Kit, flags: OneOffFlags, { repository }: PoliciesRead): OneOff {
  const { select = "", do: written = "", because = "" } = flags;
  if (!repository.selectors.has(select)) {
    const near = nearest(select, repository.selectors.keys());
    throw new OperatorError(
      "usage",
      `--select ${select}: there is no selector of this name.`,
      near === null
        ? "Save one with `seatwright users --save-as`, or write it under `selectors` in a file of policies."
        : `Did you mean ${near}?`,
    );
  }
  if (oneOffId(select).length > 63) {
    throw new OperatorError(
      "usage",
      `--select ${select}: the name is too long for the id of its one-off.`,
      "Save the selection under a name of at most 56 characters.",
    );
  }
  const { action, findings } = readAction(written, "--do");
  if (action === null) {
    const [first] = findings;
    throw new OperatorError("usage", `--do: ${first?.message ?? "This is no action."}`, first?.remedy ?? "");
  }
  const validFor = parseDuration(repository.organization.value.plan?.validFor ?? "7d");
  if (validFor === null) throw new PolicyError([]);
  const until = dayOf(momentAfter(kit.clock.now(), validFor));
  return { selector: select, action, because: because.trim(), owner: userName(kit), until };
}

/** A file that is there must be the same one-off, and not at its end. */
function requireSame(there: PolicyFileBytes, oneOff: OneOff, { repository }: PoliciesRead, kit: Kit): void {
  if (!isSameOneOff(there, oneOff)) {
    throw new OperatorError(
      "usage",
      `${there.path} holds another one-off of ${oneOff.selector}, and is not overwritten.`,
      "Apply it or delete it first, or save the selection under another name.",
    );
  }
  const policy = repository.policies.find(({ value }) => value.id === oneOffId(oneOff.selector));
  const until = policy?.value.until;
  if (policy === undefined || until === undefined || !hasLapsed(until, kit.clock.now())) return;
  throw new OperatorError(
    "usage",
    `The one-off of ${oneOff.selector} ended on ${until} (${formatPlace(policy.at(["until"], "key"))}).`,
    `Delete ${there.path} and plan it again.`,
  );
}
