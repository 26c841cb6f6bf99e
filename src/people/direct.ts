import type { Population } from "./population.ts";

/** A role on an instance that people hold without a group. */
type Held = readonly (readonly [number, string])[];

const holdersByDirect = new WeakMap<ReadonlyMap<number, Held>, ReadonlyMap<string, readonly number[]>>();

/** People who hold one of these roles on one of these instances without a group, as counts told. Some may come twice. */
export function directHolders(
  { direct }: Population,
  instances: readonly number[],
  roles: readonly string[],
): readonly number[] {
  const holders = holdersByDirect.get(direct) ?? byRole(direct);
  holdersByDirect.set(direct, holders);
  return instances.flatMap((instance) => roles.flatMap((role) => holders.get(keyOf(instance, role)) ?? []));
}

function byRole(direct: ReadonlyMap<number, Held>): ReadonlyMap<string, readonly number[]> {
  const holders = new Map<string, number[]>();
  for (const [person, held] of direct) {
    for (const [instance, role] of held) {
      const key = keyOf(instance, role);
      const people = holders.get(key);
      if (people === undefined) holders.set(key, [person]);
      else people.push(person);
    }
  }
  return holders;
}

function keyOf(instance: number, role: string): string {
  return `${instance} ${role}`;
}
