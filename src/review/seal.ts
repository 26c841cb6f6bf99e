import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Approval } from "../model/documents.generated.ts";
import type { Seconds } from "../model/time.ts";
import { canonicalJson } from "../plan/digest.ts";

/** Where a plan is posted: the head commit of a pull request that it was made for. */
export interface PostingPlace {
  readonly organization: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  readonly head: string;
}

/** What is sealed of a posting besides its place. A check run's own times are whatever its maker says. */
export interface SealedPosting {
  readonly planDigest: string;
  readonly at: Seconds;
}

/** Seals what only a job with the API key may say, and recognises its own seals. */
export interface Sealer {
  /** What a check run carries as its external id: digest, moment, and a MAC over both and the place. */
  seal(place: PostingPlace, posting: SealedPosting): string;
  /** What this external id says, where it is a seal of ours for this place; null: it is not. */
  open(externalId: string, place: PostingPlace): SealedPosting | null;
  /** The approval with a MAC over it among its evidence, so that it can be believed when it is read from the ledger. */
  sealApproval(approval: Approval): Approval;
  /** Whether an approval carries our seal and is as it was when it was sealed. */
  isOurApproval(approval: Approval): boolean;
}

const version = "seatwright-1";
const pattern = /^seatwright-1:([0-9a-f]{64}):([0-9]{1,12}):([0-9a-f]{64})$/;
const approvalPattern = /^seatwright-1:([0-9a-f]{64})$/;

/**
 * A sealer keyed from the organisation's API key (HKDF with SHA-256, RFC 5869), which only jobs of the default branch hold:
 * nobody else can post a check run that names a plan and is believed. A new key makes earlier seals strange.
 */
export function createSealer(apiKey: string): Sealer {
  const macOf = (purpose: "review" | "approval", organization: string, value: unknown): Buffer => {
    const key = hkdfSync("sha256", apiKey, `seatwright ${purpose}`, organization, 32);
    return createHmac("sha256", Buffer.from(key)).update(canonicalJson(value)).digest();
  };
  const macOfPosting = (place: PostingPlace, { planDigest, at }: SealedPosting): Buffer =>
    macOf("review", place.organization, { ...place, planDigest, at });
  const macOfApproval = (approval: Approval): Buffer => macOf("approval", approval.organization, withoutSeal(approval));
  return {
    seal(place, posting) {
      const digest = posting.planDigest.slice("sha256:".length);
      return `${version}:${digest}:${posting.at}:${macOfPosting(place, posting).toString("hex")}`;
    },
    open(externalId, place) {
      const [, digest, at, mac] = pattern.exec(externalId) ?? [];
      if (digest === undefined || at === undefined || mac === undefined) return null;
      const posting = { planDigest: `sha256:${digest}`, at: Number(at) };
      return timingSafeEqual(Buffer.from(mac, "hex"), macOfPosting(place, posting)) ? posting : null;
    },
    sealApproval(approval) {
      const seal = `${version}:${macOfApproval(approval).toString("hex")}`;
      return { ...approval, evidence: { ...approval.evidence, seal } };
    },
    isOurApproval(approval) {
      const [, mac] = approvalPattern.exec(approval.evidence?.["seal"] ?? "") ?? [];
      return mac !== undefined && timingSafeEqual(Buffer.from(mac, "hex"), macOfApproval(approval));
    },
  };
}

function withoutSeal(approval: Approval): Approval {
  const { seal: _, ...evidence } = approval.evidence ?? {};
  return { ...approval, evidence };
}
