import { exitCodes } from "../model/errors.ts";
import { checkNow } from "../policy/check-now.ts";
import { readRepository } from "../policy/repository.ts";
import type { PolicySource } from "../ports.ts";
import { annotationsOf, policiesOf } from "./policies.ts";
import type { ActionKit } from "./kit.ts";
import { tellExit } from "./outputs.ts";

/**
 * Mode `lint`: checks the policy files of the checkout, with a mark at each line that is wrong. Needs no key and no token;
 * it runs for forks too. Gives the exit code.
 */
export async function lint(
  action: Pick<ActionKit, "kit" | "inputs" | "runner">,
  source: PolicySource,
): Promise<number> {
  const { kit, inputs, runner } = action;
  const files = await source.readFiles();
  const { repository, findings: written } = readRepository(files);
  const findings = [...written];
  if (repository !== null) {
    const { sources } = await policiesOf(action, files);
    findings.push(...checkNow(repository, { asOf: kit.clock.now(), sources, lastSourceRows: {} }));
  }
  for (const annotation of annotationsOf(findings, inputs.folder)) runner.annotate(annotation);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const words = `${errors === 1 ? "1 error" : `${errors} errors`}, ${warnings === 1 ? "1 warning" : `${warnings} warnings`}`;
  runner.say(findings.length === 0 ? "The policy files are sound." : `The policy files have ${words}.`);
  runner.output("errors", errors);
  runner.output("warnings", warnings);
  const exit = errors === 0 ? exitCodes.done : exitCodes.policyInvalid;
  tellExit(action, exit);
  return exit;
}
