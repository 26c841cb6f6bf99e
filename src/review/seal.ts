import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../plan/digest.ts";

/** What is sealed: that this plan was posted for this head commit of this pull request, by whoever holds the API key. */
export interface Posting {
  readonly organization: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  /** The head commit that the plan was made for. */
  readonly head: string;
  readonly planDigest: string;
}

/** Seals postings and recognises its own. */
export interface Sealer {
  /** What a check run carries as its external id: the digest, and a MAC over the posting. */
  seal(posting: Posting): string;
  /** The digest of the plan, where this external id is a seal of ours for this place; null: it is not. */
  open(externalId: string, place: Omit<Posting, "planDigest">): string | null;
}

const version = "seatwright-1";
const pattern = /^seatwright-1:([0-9a-f]{64}):([0-9a-f]{64})$/;

/**
 * A sealer keyed from the organisation's API key (HKDF with SHA-256, RFC 5869), which only jobs of the default branch hold:
 * nobody else can post a check run that names a plan and is believed. A new key makes earlier seals strange.
 */
export function createSealer(apiKey: string): Sealer {
  const macOf = (posting: Posting): Buffer => {
    const key = hkdfSync("sha256", apiKey, "seatwright review", posting.organization, 32);
    return createHmac("sha256", Buffer.from(key)).update(canonicalJson(posting)).digest();
  };
  return {
    seal(posting) {
      const digest = posting.planDigest.slice("sha256:".length);
      return `${version}:${digest}:${macOf(posting).toString("hex")}`;
    },
    open(externalId, place) {
      const [, digest, mac] = pattern.exec(externalId) ?? [];
      if (digest === undefined || mac === undefined) return null;
      const planDigest = `sha256:${digest}`;
      return timingSafeEqual(Buffer.from(mac, "hex"), macOf({ ...place, planDigest })) ? planDigest : null;
    },
  };
}
