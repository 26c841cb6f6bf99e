import { platformRoleBits, type Population, statuses } from "./population.ts";

/** How many active people administer the organisation. */
export function activeOrgAdmins(population: Population): number {
  const active = statuses.indexOf("active");
  let admins = 0;
  for (let person = 0; person < population.size; person++) {
    const isAdmin = ((population.platformRoles[person] ?? 0) & platformRoleBits.orgAdmin) !== 0;
    if (isAdmin && population.status[person] === active) admins++;
  }
  return admins;
}
