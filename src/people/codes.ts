import { claims, managementSources, mfaStates, platformRoleBits, statuses } from "./population.ts";

/**
 * In a column that is still being built: two rows say two different things. It stays so whatever a third row says, and
 * is unknown in the end. The second is for columns of bytes.
 */
export const CONTRADICTED = 0xfffffffe;
export const CONTRADICTED_BYTE = 0xfe;

/** The code that one row gives, united with what rows of the same account gave before; 0 is a gap. */
export function unitedCode(before: number, value: number, contradicted = CONTRADICTED): number {
  if (value === 0 || value === before) return before;
  return before === 0 ? value : contradicted;
}

/** The code as it stands in a finished column. */
export function settledCode(code: number, contradicted = CONTRADICTED): number {
  return code === contradicted ? 0 : code;
}

/** The code of an account's status; 0 for one we do not know. */
export function statusCode(status: string): number {
  return codeIn(statuses, status);
}

export function claimCode(claim: string | undefined): number {
  return codeIn(claims, claim);
}

export function sourceCode(source: string | null | undefined): number {
  return codeIn(managementSources, source);
}

export function mfaCode(mfa: boolean | undefined): number {
  if (mfa === undefined) return 0;
  return mfaStates.indexOf(mfa ? "on" : "off");
}

/** Platform roles that administer nothing. Source: organisations REST API, platformRoles. */
const harmlessPlatformRoles: ReadonlySet<string> = new Set(["atlassian/ai-access"]);

/** A sum of `platformRoleBits`. A role we do not know may administer something: `other`. */
export function platformRoleCode(roles: readonly string[] | undefined): number {
  if (roles === undefined) return platformRoleBits.unknown;
  let code = 0;
  for (const role of roles) {
    if (role === "atlassian/org-admin") code |= platformRoleBits.orgAdmin;
    else if (role === "atlassian/site-admin") code |= platformRoleBits.siteAdmin;
    else if (role === "atlassian/user-access-admin") code |= platformRoleBits.userAccessAdmin;
    else if (!harmlessPlatformRoles.has(role)) code |= platformRoleBits.other;
  }
  return code;
}

/** Roles that give this code again, or undefined where they are not known. */
export function platformRolesOf(code: number): readonly string[] | undefined {
  if ((code & platformRoleBits.unknown) !== 0) return undefined;
  const roles: string[] = [];
  if ((code & platformRoleBits.orgAdmin) !== 0) roles.push("atlassian/org-admin");
  if ((code & platformRoleBits.siteAdmin) !== 0) roles.push("atlassian/site-admin");
  if ((code & platformRoleBits.userAccessAdmin) !== 0) roles.push("atlassian/user-access-admin");
  if ((code & platformRoleBits.other) !== 0) roles.push("other");
  return roles;
}

function codeIn(values: readonly string[], value: string | null | undefined): number {
  return value === null || value === undefined ? 0 : Math.max(0, values.indexOf(value));
}
