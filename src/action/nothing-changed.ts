import { exitCodes } from "../model/errors.ts";
import type { PullRequest } from "../review-ports.ts";
import type { ActionKit } from "./kit.ts";
import { marksOf } from "./marks.ts";
import { tellExit } from "./outputs.ts";

const title = "Changes no policy: nothing to approve here";
const text = `## Seatwright has no plan for this pull request

It changes no policy, exemption or list of this folder, so merging it changes nothing in the organisation, and there is nothing to approve. The organisation was not read. What the policies of the default branch ask for is proposed by the scheduled run, in a pull request of its own.
`;

/**
 * For a pull request without which the policies would be the same: a successful check run, because the check may be
 * required, whose seal says that there is no plan: one that was posted for this head before is void. A comment of ours that
 * shows an earlier plan is replaced; where there is none, none is written. Gives the exit code.
 */
export async function tellNothingChanged(
  action: Pick<ActionKit, "host" | "inputs" | "runner" | "event" | "sealer" | "kit">,
  { number, head }: Pick<PullRequest, "number" | "head">,
): Promise<number> {
  const { host, inputs, runner } = action;
  const { comment, planCheck } = marksOf(inputs);
  const of = `This is of commit \`${head.commit.slice(0, 7)}\`; another push may change a policy.`;
  await host.replaceComment(number, comment, `${comment}\n${text}\n${of}\n`);
  await postNothingChanged(action, head.commit, {
    name: planCheck,
    externalId: sealOfNoPlan(action, { number, head }),
  });
  runner.say(`Pull request #${number} changes no policy: the organisation was not read, and there is no plan.`);
  runner.output("changes", 0);
  tellExit(action, exitCodes.done);
  return exitCodes.done;
}

/**
 * For a pull request of ours with the plan of one organisation: the same check run for every other organisation of the
 * repository, none of whose policies it changes. No workflow of theirs starts for it, and their check may be required.
 */
export async function tellOtherOrganizations(
  action: Pick<ActionKit, "host" | "inputs" | "event">,
  { tip, commit }: { readonly tip: string; readonly commit: string },
): Promise<void> {
  for (const folder of await action.host.foldersWith(tip, ORGANIZATION_FILE)) {
    if (folder === action.inputs.folder) continue;
    // Without a seal: this job has not their key, and no plan of theirs was ever posted for this commit.
    await postNothingChanged(action, commit, { name: marksOf({ folder }).planCheck, externalId: "no-plan" });
  }
}

/** The external id of a check run that says that a head has no plan, and voids the plans that were posted for it before. */
export function sealOfNoPlan(
  { host, sealer, kit }: Pick<ActionKit, "host" | "sealer" | "kit">,
  { number, head }: Pick<PullRequest, "number" | "head">,
): string {
  const place = { organization: "", repository: host.repository, pullRequest: number, head: head.commit };
  return sealer().seal(place, { planDigest: null, at: kit.clock.now() });
}

/** The file that every organisation's folder has. */
const ORGANIZATION_FILE = "seatwright.yaml";

async function postNothingChanged(
  { host, event }: Pick<ActionKit, "host" | "event">,
  commit: string,
  check: { readonly name: string; readonly externalId: string },
): Promise<void> {
  await host.postCheckRun({
    ...check,
    commit,
    conclusion: "success",
    title,
    summary: text,
    annotations: [],
    detailsUrl: event.runUrl,
  });
}
