import { noPauses, type Pauses } from "../apply/pauses.ts";
import { policyStamp } from "../disk/policy-folder.ts";
import { OperatorError } from "../model/errors.ts";
import { readRepository } from "../policy/repository.ts";
import type { PolicySource } from "../ports.ts";

/**
 * What the policy folder says now about pausing. The files are read again only when one of seatwright.yaml and policies/
 * has another size or time. Files that cannot be understood pause everything, since they may say so.
 */
export function createPauseWatch(repo: string, source: PolicySource): () => Promise<Pauses> {
  let seen: string | null = null;
  let pauses = noPauses;
  return async () => {
    try {
      const stamp = await policyStamp(repo);
      if (stamp === seen) return pauses;
      const { repository } = readRepository(await source.readFiles());
      pauses = repository === null ? unreadable("they have mistakes by now") : pausesIn(repository);
      seen = stamp;
      return pauses;
    } catch (error) {
      if (error instanceof OperatorError) return unreadable(error.message);
      throw error;
    }
  };
}

function pausesIn({ organization, policies }: NonNullable<ReturnType<typeof readRepository>["repository"]>): Pauses {
  const paused = policies.filter(({ value }) => value.paused === true);
  return {
    everything: organization.value.paused === true ? "seatwright.yaml says `paused: true` for every policy" : null,
    policies: new Map(paused.map(({ value }) => [value.id, `the policy ${value.id} says \`paused: true\` by now`])),
  };
}

function unreadable(why: string): Pauses {
  return {
    everything: `the policy files cannot be read, so whether something is paused cannot be told (${why.replace(/\.$/, "")})`,
    policies: new Map(),
  };
}
