import type { Exemption, LockFile, OrganizationFile, PolicySource, Where } from "../model/documents.generated.ts";
import type { Written } from "./written.ts";

/** What a policy repository says, checked as far as that needs no snapshot. Names are not resolved yet. */
export interface ParsedRepository {
  /** Over seatwright.yaml, policies/, exemptions.yaml and seatwright.lock.yaml; sources have digests of their own. */
  readonly digest: string;
  readonly organization: Written<OrganizationFile>;
  /** By id. */
  readonly policies: readonly Written<PolicySource>[];
  readonly selectors: ReadonlyMap<string, Written<Where>>;
  /** By id. */
  readonly exemptions: readonly Written<Exemption>[];
  readonly lock: Written<LockFile> | null;
}

/** What was read of a repository, which may be incomplete: then what is missing is not held against what refers to it. */
export interface RepositoryParts {
  readonly complete: boolean;
  readonly organization: Written<OrganizationFile> | null;
  readonly policies: readonly Written<PolicySource>[];
  readonly selectors: ReadonlyMap<string, Written<Where>>;
  readonly exemptions: readonly Written<Exemption>[];
  readonly lock: Written<LockFile> | null;
}
