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
  /** Null: the word that there is no plan, which voids the plans that were posted there before. */
  readonly planDigest: string | null;
  readonly at: Seconds;
  /** Logins of the people at whose word the plan is what it is: who asked for an undo, or accepted counts that fell. */
  readonly askedBy: readonly string[];
}

/** Seals what only a job with the API key may say, and recognises its own seals. */
export interface Sealer {
  /** What a check run carries as its external id: digest, moment, people if any, and a MAC over these and the place. */
  seal(place: PostingPlace, posting: Omit<SealedPosting, "askedBy"> & Partial<SealedPosting>): string;
  /** What this external id says, where it is a seal of ours for this place; null: it is not. */
  open(externalId: string, place: PostingPlace): SealedPosting | null;
  /** The approval with a MAC over it among its evidence, so that it can be believed when it is read from the ledger. */
  sealApproval(approval: Approval): Approval;
  /** Whether an approval carries our seal and is as it was when it was sealed. */
  isOurApproval(approval: Approval): boolean;
}

const version = "seatwright-1";
const pattern = /^seatwright-1:([0-9a-f]{64}):([0-9]{1,12}):(?:([A-Za-z0-9._~!*'()%,-]{1,1000}):)?([0-9a-f]{64})$/;
/** Stands for the digest where there is no plan: of nothing that anybody could find. */
const NO_PLAN = "0".repeat(64);
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
  // The word that there is no plan is said also where the policies have mistakes, and the organisation is not known: the key
  // is of one organisation anyway.
  const macOfPosting = (place: PostingPlace, { planDigest, at, askedBy }: SealedPosting): Buffer => {
    const organization = planDigest === null ? "" : place.organization;
    const people = askedBy.length === 0 ? {} : { askedBy };
    return macOf("review", organization, { ...place, organization, planDigest, at, ...people });
  };
  const macOfApproval = (approval: Approval): Buffer => macOf("approval", approval.organization, withoutSeal(approval));
  return {
    seal(place, { planDigest, at, askedBy = [] }) {
      const digest = planDigest === null ? NO_PLAN : planDigest.slice("sha256:".length);
      const people = askedBy.length === 0 ? [] : [askedBy.map(encodeURIComponent).join(",")];
      const mac = macOfPosting(place, { planDigest, at, askedBy }).toString("hex");
      return [version, digest, at, ...people, mac].join(":");
    },
    open(externalId, place) {
      const [, digest, at, people, mac] = pattern.exec(externalId) ?? [];
      if (digest === undefined || at === undefined || mac === undefined) return null;
      const askedBy = decoded(people);
      if (askedBy === null) return null;
      const posting = { planDigest: digest === NO_PLAN ? null : `sha256:${digest}`, at: Number(at), askedBy };
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

/** The logins of a list; null where it is none that `seal` writes. */
function decoded(list: string | undefined): readonly string[] | null {
  if (list === undefined) return [];
  try {
    return list.split(",").map(decodeURIComponent);
  } catch {
    return null;
  }
}

function withoutSeal(approval: Approval): Approval {
  const { seal: _, ...evidence } = approval.evidence ?? {};
  return { ...approval, evidence };
}
