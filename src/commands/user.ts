import { userInfo } from "node:os";
import type { Kit } from "../wiring.ts";

/** Who is at the keyboard: the login of the workflow's actor where there is one, else the system's user name. */
export function userName(kit: Pick<Kit, "env">): string {
  const actor = kit.env.GITHUB_ACTOR;
  if (actor !== undefined && actor !== "") return actor;
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
