import type { AccountPatch } from "../../../src/simulator/facts.ts";
import * as edit from "../../../src/simulator/edit.ts";
import type { World } from "../../../src/simulator/world.ts";

/** What somebody else does to the organisation: one key, with what `src/simulator/edit.ts` takes for it. */
export type Edit =
  | { readonly visit: readonly [person: string, instance: string] }
  | { readonly addToGroup: readonly [person: string, group: string] }
  | { readonly removeFromGroup: readonly [person: string, group: string] }
  | { readonly giveRole: readonly [person: string, instance: string, role: string] }
  | { readonly takeRole: readonly [person: string, instance: string, role: string] }
  | { readonly makeOrganizationAdmin: string }
  | { readonly grantToGroup: readonly [group: string, instance: string, role: string] }
  | { readonly takeFromGroup: readonly [group: string, instance: string, role: string] }
  | { readonly suspend: string }
  | { readonly restore: string }
  | { readonly removePerson: string }
  | { readonly deactivate: string }
  | { readonly setSynced: string }
  | { readonly renameGroup: readonly [group: string, name: string] };

const inactive: AccountPatch = { accountStatus: "inactive", deactivatedOn: "2026-11-20T06:30:00.000Z" };

/** Carries one edit out at this moment. */
export function carryOutEdit(world: World, step: Edit, now: Date): void {
  if ("visit" in step) edit.visit(world, ...step.visit, now);
  else if ("addToGroup" in step) edit.addToGroup(world, ...step.addToGroup);
  else if ("removeFromGroup" in step) edit.removeFromGroup(world, ...step.removeFromGroup);
  else if ("giveRole" in step) edit.giveRole(world, ...step.giveRole);
  else if ("takeRole" in step) edit.takeRole(world, ...step.takeRole);
  else if ("makeOrganizationAdmin" in step) edit.makeOrganizationAdmin(world, step.makeOrganizationAdmin);
  else if ("grantToGroup" in step) edit.grantToGroup(world, ...step.grantToGroup);
  else if ("takeFromGroup" in step) edit.takeFromGroup(world, ...step.takeFromGroup);
  else if ("suspend" in step) edit.setMembership(world, step.suspend, "suspended");
  else if ("restore" in step) edit.setMembership(world, step.restore, "active");
  else if ("removePerson" in step) edit.removePerson(world, step.removePerson);
  else if ("deactivate" in step) edit.updatePerson(world, step.deactivate, inactive);
  else if ("setSynced" in step) edit.setSynced(world, step.setSynced, "identity provider");
  else if ("renameGroup" in step) edit.renameGroup(world, ...step.renameGroup);
  else throw new Error(`${JSON.stringify(step)} is no edit`);
}
