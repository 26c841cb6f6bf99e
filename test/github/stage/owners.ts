import type { OwnerProblem } from "./codeowners.ts";
import { codeOwnerPaths, ownerProblems, ownersOf, parseCodeOwners } from "./codeowners.ts";
import type { World } from "./world.ts";
import { atLeast, levelOf } from "./world.ts";

/** The CODEOWNERS file of a commit, or null where it has none. */
export async function ownerRules(
  { upstream }: World,
  commit: string,
): Promise<{ path: string; rules: ReturnType<typeof parseCodeOwners> } | null> {
  for (const path of codeOwnerPaths) {
    const file = await upstream.objects.read(`${commit}:${path}`);
    if (file?.type === "blob") return { path, rules: parseCodeOwners(file.bytes.toString()) };
  }
  return null;
}

/** The logins and team slugs that own some of these paths. */
export async function ownersOfPaths(
  world: World,
  commit: string,
  paths: readonly string[],
): Promise<{ people: readonly string[]; teams: readonly string[] }> {
  const found = await ownerRules(world, commit);
  const owners = [...new Set(paths.flatMap((path) => ownersOf(found?.rules ?? [], path)))].filter((owner) =>
    isOwner(world, owner),
  );
  return {
    people: owners.filter((owner) => !owner.includes("/")).map((owner) => owner.slice(1)),
    teams: owners.flatMap((owner) => owner.split("/").slice(1)),
  };
}

export async function codeOwnerProblems(world: World, commit: string): Promise<readonly OwnerProblem[]> {
  const found = await ownerRules(world, commit);
  return found === null ? [] : ownerProblems(found.rules, found.path, (owner) => isOwner(world, owner));
}

/** Only people and teams with write permission can own code. */
function isOwner(world: World, owner: string): boolean {
  const [organization, team] = owner.slice(1).split("/");
  if (team !== undefined) return organization === world.owner && world.teams.has(team);
  return atLeast(levelOf(world, owner.slice(1), world.upstream), "write");
}
