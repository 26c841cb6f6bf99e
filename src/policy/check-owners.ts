import type { Exemption, OrganizationFile, PolicySource } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { type Path, shown, warningAt, type Written } from "./written.ts";

/** What `init` writes where it cannot know who owns something. */
const placeholder = /^@your-org\//;

/** Owners that nobody has filled in yet. Nothing is held for them; but whoever is told to ask one finds nobody. */
export function checkOwners(
  organization: Written<OrganizationFile> | null,
  owned: readonly (Written<PolicySource> | Written<Exemption>)[],
): readonly Finding[] {
  const providers = organization?.value.identityProviders ?? [];
  return [
    ...(organization === null
      ? []
      : providers.flatMap(({ owner }, at) => unfilled(organization, ["identityProviders", at, "owner"], owner))),
    ...owned.flatMap((written) => unfilled(written, ["owner"], written.value.owner)),
  ];
}

function unfilled(written: Written<unknown>, path: Path, owner: string | undefined): readonly Finding[] {
  if (owner === undefined || !placeholder.test(owner)) return [];
  return [
    warningAt(
      written.at(path),
      "placeholder-owner",
      `${shown(owner)} stands for an owner that nobody has named yet.`,
      "Write who is asked about it: a person or a team of yours.",
    ),
  ];
}
