import type { Certificate, CertificateCheck } from "../model/documents.generated.ts";

/**
 * The check by which a look at a few people tells that their activity could not be confirmed at its source: of `expected`
 * reads, `seen` came to an answer.
 */
export const ACTIVITY_SOURCE = "activity-source";

/** The certificate of these checks: as bad as the worst of them. */
export function certificateOf(checks: readonly CertificateCheck[]): Certificate {
  const states = new Set(checks.map(({ state }) => state));
  const state = states.has("failed") ? "incomplete" : states.has("suspect") ? "suspect" : "complete";
  return { state, checks };
}
