import { noPauses, type Pauses } from "../apply/pauses.ts";
import { policyStamp } from "../disk/policy-folder.ts";
import { OperatorError } from "../model/errors.ts";
import { readRepository } from "../policy/repository.ts";
import type { Clock, PolicySource } from "../ports.ts";

/** Whoever saves a file may leave it half written for a moment: so often, and with such waits, it is read again. */
const TRIES = 5;
const WAIT_MS = 200;

/**
 * What the policy folder says now about pausing. The files are read again only when one of seatwright.yaml and policies/
 * has another size or time. Files that cannot be understood, also after a second, pause everything: they may say so.
 */
export function createPauseWatch(
  repo: string,
  source: PolicySource,
  clock: Pick<Clock, "sleep">,
): () => Promise<Pauses> {
  let seen: string | null = null;
  let pauses = noPauses;
  return async () => {
    let why = "";
    for (let tries = 1; tries <= TRIES; tries++) {
      if (tries > 1) await clock.sleep(WAIT_MS);
      try {
        const stamp = await policyStamp(repo);
        if (stamp === seen) return pauses;
        const { repository } = readRepository(await source.readFiles());
        if (repository !== null) {
          pauses = pausesIn(repository);
          seen = stamp;
          return pauses;
        }
        why = "they have mistakes by now";
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        why = error.message.replace(/\.$/, "");
      }
    }
    return {
      everything: `the policy files cannot be read, so whether something is paused cannot be told (${why})`,
      policies: new Map(),
    };
  };
}

/** What sound policies say about pausing. */
export function pausesIn({
  organization,
  policies,
}: NonNullable<ReturnType<typeof readRepository>["repository"]>): Pauses {
  const paused = policies.filter(({ value }) => value.paused === true);
  return {
    everything: organization.value.paused === true ? "seatwright.yaml says `paused: true` for every policy" : null,
    policies: new Map(paused.map(({ value }) => [value.id, `the policy ${value.id} says \`paused: true\` by now`])),
  };
}
