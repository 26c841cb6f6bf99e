import { letIn } from "./people.ts";
import { defaultBranch, noObject } from "./repository.ts";
import type { Stage } from "./stage-shape.ts";
import type { WorkflowRun, World } from "./world.ts";

type Settings = Pick<
  Stage,
  "protect" | "setLevel" | "allowActionsToOpenPullRequests" | "setMergeability" | "setRun" | "answer"
>;

/** What a test sets on the stage, as an admin or as fate. */
export function createSettings(world: World): Settings {
  return {
    protect: (branch, protection) => {
      if (protection === null) world.protections.delete(`refs/heads/${branch}`);
      else world.protections.set(`refs/heads/${branch}`, protection);
    },
    setLevel: async (login, level) => {
      const person = world.people.get(login);
      if (person === undefined) throw new Error(`There is nobody called ${login} on the stage.`);
      person.level = level;
      await letIn(world.emulator, world.upstream.fullName, person);
    },
    allowActionsToOpenPullRequests: (allowed) => {
      world.actionsMayOpenPullRequests = allowed === "allowed";
    },
    setMergeability: (when) => {
      world.mergeability = when;
    },
    setRun: (run) => world.runs.set(run.id, { ...emptyRun, ...world.runs.get(run.id), ...run }),
    answer: (key, { status, body, times = 1 }) => world.supplied.push({ key, status, body, times }),
  };
}

const emptyRun: Omit<WorkflowRun, "id"> = {
  status: "in_progress",
  conclusion: null,
  event: "push",
  headBranch: defaultBranch,
  headSha: noObject,
  attempt: 1,
  number: 1,
  actor: "",
  path: ".github/workflows/seatwright.yml",
};
