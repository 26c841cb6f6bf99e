import type { CertificateCheck } from "../model/documents.generated.ts";
import { OperatorError } from "../model/errors.ts";
import { ACTIVITY_SOURCE } from "../people/certificate.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "../people/population.ts";
import { readLastActive } from "./activity.ts";
import { endpoints, labelOf } from "./endpoints.ts";
import { createInstanceFinder } from "./instances.ts";
import type { Source } from "./source.ts";

/**
 * The same population with the authoritative activity of these people. Where it could not be read, or Atlassian does not
 * know the person, their activity is unknown, and a check of the certificate says why, without changing its state: only
 * these people are in doubt. Where a search told of later activity, the later one stays. Throws OperatorError only where
 * the key is the matter.
 */
export async function confirmActivity(
  source: Source,
  population: Population,
  accountIds: readonly string[],
): Promise<Population> {
  const finder = createInstanceFinder(population.header.instances);
  const lastActive = population.lastActive.map((column) => column.slice());
  const asked = [...new Set(accountIds)].filter((accountId) => population.find(accountId) >= 0);
  const failures: string[] = [];
  const strangers: string[] = [];
  await Promise.all(
    asked.map(async (accountId) => {
      const person = population.find(accountId);
      const found = await ifReadable(readLastActive(source, finder, accountId));
      if (found === null) {
        const label = labelOf(endpoints.lastActive, { orgId: source.orgId, accountId });
        strangers.push(`Atlassian does not know whom ${label} asks for.`);
      } else if (typeof found === "string") failures.push(found);
      lastActive.forEach((column, instance) => {
        const isKnown = found !== null && typeof found !== "string";
        column[person] = isKnown ? later(column[person], found.byInstance.get(instance)) : UNKNOWN_TIME;
      });
    }),
  );
  const [first] = [...failures.sort(), ...strangers.sort()];
  if (first === undefined) return { ...population, lastActive };
  const missing = failures.length + strangers.length;
  const { header } = population;
  const check: CertificateCheck = {
    check: ACTIVITY_SOURCE,
    state: "suspect",
    message: `The last activity of ${missing} of ${asked.length} people could not be confirmed. ${first}`,
    expected: asked.length - strangers.length,
    seen: asked.length - missing,
  };
  const certificate = { ...header.certificate, checks: [...header.certificate.checks, check] };
  return { ...population, lastActive, header: { ...header, certificate } };
}

/** `undefined` from the authority is never; null is an entry without a time. */
function later(before: number | undefined, told: number | null | undefined): number {
  if (told === null || before === undefined) return UNKNOWN_TIME;
  const authoritative = told ?? NEVER;
  return before === UNKNOWN_TIME ? authoritative : Math.max(before, authoritative);
}

/** What was read, or in words why it could not be and what to do. */
async function ifReadable<Value>(reading: Promise<Value>): Promise<Value | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OperatorError && error.reason !== "credentials") return `${error.message} ${error.remedy}`;
    throw error;
  }
}
