import { buildWorld } from "../../src/simulator/build.ts";
import { accountIdOf } from "../../src/simulator/names.ts";
import type { PersonSpec } from "../../src/simulator/world-spec.ts";
import type { World } from "../../src/simulator/world.ts";

/** The moment at which the contract is tested. */
export const moment = new Date("2026-11-20T09:00:00.000Z");

/** Enough for a second page at the largest page size. */
const crowd: readonly PersonSpec[] = Array.from({ length: 110 }, (_, at) => ({
  email: `person-${at}@example.com`,
  name: at % 10 === 0 ? `王小明 ${at}` : `Person ${at}`,
  groups: at % 3 === 0 ? ["jira-users", "wiki-users"] : ["jira-users"],
  active: { "jira@acme": "2026-11-12" },
  ...(at % 7 === 0 ? { department: "Support", jobTitle: "Agent", location: "Leeds", organization: "Acme Ltd" } : {}),
}));

/**
 * An organisation with one of everything that the endpoints can show: two directories, synced and team groups, direct
 * roles, admins, people in every status, an account that is not managed, fields that are absent.
 */
export function world(): World {
  const built = buildWorld({
    directories: ["main", "labs"],
    instances: [
      { name: "jira@acme", capacity: 500 },
      { name: "jira@labs", directory: "labs" },
      { name: "jsm@acme", capacity: 1 },
      { name: "confluence@acme", capacity: 500, plan: "Premium" },
      { name: "bitbucket@acme-code" },
      { name: "confluence@sandbox", sandbox: true },
    ],
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]], description: "Everybody who plans work" },
      { name: "wiki-users", grants: [["confluence@acme", "user", "default"]] },
      { name: "jira-admins", grants: [["jira@acme", "admin"]] },
      { name: "okta-agents", synced: true, grants: [["jsm@acme", "user"]] },
      { name: "team-payments", team: true },
      { name: "labs-users", directory: "labs", grants: [["jira@labs", "user"]] },
    ],
    people: [
      {
        email: "ada@example.com",
        groups: ["jira-users", "wiki-users"],
        active: { "jira@acme": "2026-01-01", "confluence@acme": "2026-11-19" },
        mfa: true,
      },
      { email: "bob@example.com", directories: ["main", "labs"], groups: ["jira-users", "labs-users"] },
      { email: "cai@example.com", groups: ["jira-admins"], platform: ["org-admin", "user-access-admin@acme"] },
      { email: "dot@example.com", status: "suspended", groups: ["okta-agents", "team-payments"] },
      { email: "eve@example.com", status: "not_invited" },
      { email: "fay@example.com", status: "deactivated", source: "synced" },
      { email: "gil@example.com", status: "for_deletion" },
      { email: "hal@partner.example", managed: false, direct: [["jira@acme", "user"]], emailHidden: true },
      { email: "ivy@example.com", source: "synced", groups: ["okta-agents"] },
      { email: "jon@example.com", direct: [["bitbucket@acme-code", "user"]], groups: ["jira-users"] },
      ...crowd,
    ],
    keys: [
      { createdBy: "admin@example.com", lastActiveAt: "2026-11-19T10:00:00.000Z" },
      { createdBy: "bob@example.com", revokedBy: "admin@example.com", revocationDate: "2026-10-01T00:00:00.000Z" },
    ],
  });
  const accountId = accountIdOf("ada@example.com");
  const facts = { label: "deploys", createdAt: "2026-01-01T00:00:00.000Z", lastAccess: "2026-11-01T00:00:00.000Z" };
  built.tokens.set(accountId, [{ accountId, id: tokenId, expiry: "2027-01-01T00:00:00.000Z", ...facts }]);
  return built;
}

/** The API token of ada@example.com. */
export const tokenId = "token-1";
