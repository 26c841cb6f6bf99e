import type { OrganizationFile, PolicySource } from "../model/documents.generated.ts";
import { type Finding, formatPlace } from "../model/finding.ts";
import { actionsOf } from "./walk.ts";
import { type Path, shown, warningAt, type Written } from "./written.ts";

/** A word of a schema that this version reads and does not carry out. */
interface UnbuiltWord<Document> {
  readonly word: string;
  /** Where it stands in a document; empty where it does not. */
  readonly find: (document: Document) => readonly Path[];
}

function actionWord(kind: string): UnbuiltWord<PolicySource> {
  return {
    word: kind,
    find: (policy) => actionsOf(policy).flatMap((action) => (action.kind === kind ? [[...action.path, kind]] : [])),
  };
}

const unbuiltActions: readonly string[] = ["delete", "cancelDelete", "revokeApiTokens", "setProperty", "notify"];

/** Actions of a policy that are not carried out yet, each once, in order. */
export function unbuiltActionsOf(policy: PolicySource): readonly string[] {
  return [...new Set(actionsOf(policy).flatMap(({ kind }) => (unbuiltActions.includes(kind) ? [kind] : [])))];
}

/** Words of a policy that hold all of its changes. Take a word out when it is carried out. */
export const unbuiltPolicyWords: readonly UnbuiltWord<PolicySource>[] = [
  { word: "notice: {before}", find: ({ notice }) => (typeof notice === "object" ? [["notice", "before"]] : []) },
  ...unbuiltActions.map(actionWord),
];

/** Words of the organisation file that hold the changes of every policy. */
export const unbuiltOrganizationWords: readonly UnbuiltWord<OrganizationFile>[] = [];

/** Why every change of a policy is held, in sentences; empty where nothing holds it. */
export function holdsOf(policy: Written<PolicySource>, organization: Written<OrganizationFile>): readonly string[] {
  const say = (word: string, written: Written<unknown>, path: Path): string =>
    `${shown(word)} is not carried out by this version yet (${formatPlace(written.at(path, "key"))})`;
  const holds: string[] = [];
  if (organization.value.paused === true) {
    holds.push(`every policy is paused (${formatPlace(organization.at(["paused"], "key"))})`);
  }
  if (policy.value.paused === true) holds.push(`the policy is paused (${formatPlace(policy.at(["paused"], "key"))})`);
  for (const { word, find } of unbuiltOrganizationWords) {
    for (const path of find(organization.value)) holds.push(say(word, organization, path));
  }
  for (const { word, find } of unbuiltPolicyWords) {
    for (const path of find(policy.value)) holds.push(say(word, policy, path));
  }
  return holds;
}

/** A warning for each word that holds changes. */
export function unbuiltFindings(
  organization: Written<OrganizationFile> | null,
  policies: readonly Written<PolicySource>[],
): readonly Finding[] {
  const say = (written: Written<unknown>, path: Path, word: string, whose: string): Finding =>
    warningAt(
      written.at(path, "key"),
      "not-carried-out",
      `This version does not carry out ${shown(word)} yet. ${whose} held until it does.`,
      "Remove the word to let the changes through, or keep it and wait.",
    );
  const ofOrganization =
    organization === null
      ? []
      : unbuiltOrganizationWords.flatMap(({ word, find }) =>
          find(organization.value).map((path) => say(organization, path, word, "The changes of every policy are")),
        );
  const ofPolicies = policies.flatMap((policy) =>
    unbuiltPolicyWords.flatMap(({ word, find }) =>
      find(policy.value).map((path) => say(policy, path, word, "The changes of this policy are")),
    ),
  );
  return [...ofOrganization, ...ofPolicies];
}
