import { organizationResource } from "../apps.ts";
import type { DirectRoleFacts } from "../facts.ts";
import type { Random } from "../random.ts";
import type { Kind } from "./kinds.ts";
import type { DraftPerson } from "./people.ts";
import type { DraftGroup, Shape } from "./shape.ts";
import { groupNamed } from "./shape.ts";

/**
 * Gives one person their groups and direct roles. Returns the instances, by short name, that they have to do with, and
 * the direct roles.
 */
export function giveAccess(
  random: Random,
  shape: Shape,
  person: DraftPerson,
  teams: readonly string[],
): { readonly instances: readonly string[]; readonly direct: readonly DirectRoleFacts[] } {
  const { accountId, managementSource } = person.account;
  const instances = new Set<string>();
  const direct: DirectRoleFacts[] = [];
  const isIn = (directoryId: string): boolean => person.memberships.has(directoryId);
  const put = (group: DraftGroup | undefined): void => {
    if (group !== undefined && isIn(group.directoryId)) group.members.add(accountId);
  };
  const join = (name: string, ...uses: readonly string[]): void => {
    put(shape.groups.get(name));
    for (const use of uses) instances.add(use);
  };
  const hold = (instance: string, role: string): void => {
    const found = shape.instances.get(instance);
    if (found?.directoryId === undefined || !isIn(found.directoryId)) return;
    direct.push({ accountId, resourceId: found.id, role: `atlassian/${role}`, directoryId: found.directoryId });
    instances.add(instance);
  };

  switch (person.kind) {
    case "org-admin":
      if (random.chance(0.5)) join("org-admins");
      else {
        const resourceId = organizationResource(shape.organizationId);
        direct.push({ accountId, resourceId, role: "atlassian/org-admin", directoryId: null });
      }
      break;
    case "break-glass":
      join("org-admins");
      return { instances: [], direct };
    case "jira-admin":
      join("jira-admins-acme", "jira@acme");
      break;
    case "confluence-admin":
      join("confluence-admins-acme", "confluence@acme");
      break;
    case "access-admin":
      join("user-access-admins-acme");
      break;
    case "site-admin":
      join("site-admins");
      break;
    case "service":
      join("jira-software-users-acme", "jira@acme");
      if (random.chance(0.5)) hold("bitbucket", "user");
      return { instances: [], direct };
    case "guest":
      join("confluence-guests-acme", "confluence@acme");
      return { instances: [...instances], direct };
    case "customer":
      join("jira-servicemanagement-customers-acme", "jsm@acme");
      return { instances: [...instances], direct };
    case "stakeholder":
      join("jira-servicemanagement-stakeholders-acme", "jsm@acme");
      return { instances: [...instances], direct };
    case "unattached":
      return { instances: [], direct };
    default:
  }

  const { holds, name: department } = person.job.department;
  const wants = (app: keyof typeof holds): boolean => random.chance(holds[app]);
  const isSynced = managementSource === "synced";
  if (isIn(shape.main.id)) {
    const isGiven = takeGivenSeat(person.kind, { join, hold, isSynced });
    takeJira(random, { join, hold, isSynced }, !isGiven && wants("jira"), wants("confluence"));
    if (wants("jsm"))
      join(
        isSynced && random.chance(0.4) ? "okta-servicedesk-agents" : "jira-servicemanagement-users-acme",
        "jsm@acme",
      );
    if (wants("bitbucket"))
      join(isSynced && random.chance(0.5) ? "okta-bitbucket" : "bitbucket-users-acme-code", "bitbucket");
    if (wants("jpd")) join("jira-product-discovery-users-acme", "jpd@acme");
    else if (random.chance(0.03)) join("jira-product-discovery-contributors-acme", "jpd@acme");
    if (random.chance(0.02)) join("lumen-users-acme", "lumen@acme");
    if (department === "Engineering" && random.chance(0.06))
      join("jira-software-users-acme-sandbox", "jira@sandbox", "confluence@sandbox");
    if (department === "Engineering" && random.chance(0.04)) join("on-call");
    if (department === "Engineering" && random.chance(0.025)) join("team-payments", "jira@acme");
    if (person.account.managed !== true) join("contractors");
    else {
      if (random.chance(0.01)) join("leadership");
      if (isSynced) {
        join("okta-all-employees");
        put(groupNamed(shape, random, `okta-${department.toLowerCase().replaceAll(" ", "-")}`, "okta"));
      }
      if (random.chance(0.6)) put(groupNamed(shape, random, random.pick(teams), "team"));
    }
  }
  if (isIn(shape.labs.id)) {
    join("labs-everyone");
    if (random.chance(0.85)) join("jira-software-users-acme-labs", "jira@labs");
    if (random.chance(0.6)) join("confluence-users-acme-labs", "confluence@labs");
    if (random.chance(0.04)) hold("jira@labs", "user");
  }
  return { instances: [...instances], direct };
}

interface Ways {
  readonly join: (group: string, ...uses: readonly string[]) => void;
  readonly hold: (instance: string, role: string) => void;
  readonly isSynced: boolean;
}

/** Ways to a seat that have to occur at least once. Returns whether this kind of person has one of them. */
function takeGivenSeat(kind: Kind, { join, hold }: Ways): boolean {
  if (kind === "direct-seat" || kind === "doubled-seat") hold("jira@acme", "user");
  if (kind === "doubled-seat") join("jira-software-users-acme");
  else if (kind === "two-app-seat") join("acme-knowledge-workers", "jira@acme", "confluence@acme");
  else if (kind === "team-seat") join("team-payments", "jira@acme");
  else if (kind === "synced-seat") join("okta-jira-platform", "jira@acme");
  else return kind === "direct-seat";
  return true;
}

/** Jira and Confluence, by the access groups mostly, and by the other ways that make organisations hard to tidy. */
function takeJira(random: Random, { join, hold, isSynced }: Ways, jira: boolean, confluence: boolean): void {
  if (jira && confluence && random.chance(0.1)) {
    join("acme-knowledge-workers", "jira@acme", "confluence@acme");
    if (random.chance(0.2)) join("jira-software-users-acme");
    return;
  }
  if (jira) {
    const way = random.fraction();
    if (way < 0.04) hold("jira@acme", "user");
    else if (isSynced && way < 0.16) join("okta-jira-platform", "jira@acme");
    else join("jira-software-users-acme", "jira@acme");
    if (way > 0.975) hold("jira@acme", "user");
    if (way > 0.995) hold("jira@acme", "admin");
  }
  if (confluence) {
    if (random.chance(0.03)) hold("confluence@acme", "user");
    else join("confluence-users-acme", "confluence@acme");
  }
}
