import { keyOutlook } from "../commands/doctor/key.ts";
import type { PoliciesRead } from "../commands/policies.ts";
import { OperatorError } from "../model/errors.ts";
import { DAY, momentOf } from "../model/time.ts";
import type { Concern } from "../report/result-issue.ts";
import type { ActionKit } from "./kit.ts";

/**
 * What somebody has to do about the API key before it ends: warned of, as early as `key: {warn}` says, and given for the
 * issue of what is left. Nothing where the key lasts, and where Atlassian does not say: that is only said in the log. The
 * outputs say when it ends. A key that cannot be asked about ends no run: what needs it fails by itself.
 */
export async function tellKeyEnd(
  { kit, runner }: Pick<ActionKit, "kit" | "runner">,
  policies: PoliciesRead,
): Promise<readonly Concern[]> {
  const organization = policies.repository.organization.value;
  const now = kit.clock.now();
  const connection = kit.connect(policies.organizationId);
  try {
    const { endsAt, checks } = await keyOutlook(connection.key, organization, now);
    runner.output("key-ends", endsAt === null ? "" : momentOf(endsAt));
    runner.output("key-days-left", endsAt === null ? "" : Math.max(0, Math.floor((endsAt - now) / DAY)));
    for (const { state, found } of checks) if (state === "not known") runner.say(found);
    return checks.flatMap(({ state, found, remedy }) => {
      if (state !== "warning" && state !== "failed") return [];
      runner.warn("Look after the API key", `${found} ${remedy ?? ""}`.trim());
      return [{ found, remedy: remedy ?? "" }];
    });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    runner.say(`When the API key ends cannot be told: ${error.message}`);
    return [];
  } finally {
    await connection.close();
  }
}
