import manifest from "../../../package.json" with { type: "json" };
import { isAtLeast } from "../../git/here.ts";
import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { OrganizationFile } from "../../model/documents.generated.ts";
import { OperatorError } from "../../model/errors.ts";
import type { Kit } from "../../wiring.ts";

const OLDEST_NODE = manifest.engines.node.replace(/^>=/, "");
/** The ledger on a branch needs this one. */
const GIT_FOR_LEDGER = "2.32";
/** Merging without a work tree, which plans of pull requests need. */
const GIT_FOR_REVIEW = "2.38";

/** Node, Git, and ssh-keygen where somebody signs approval files. */
export async function checkMachine(kit: Kit, organization: OrganizationFile | null): Promise<readonly Check[]> {
  return [
    isAtLeast(process.versions.node, OLDEST_NODE)
      ? passed("machine.node", `Node ${process.versions.node}.`)
      : checkOf(
          "machine.node",
          "failed",
          `Node ${process.versions.node} is too old: Seatwright needs ${OLDEST_NODE} or later.`,
          "Install Node 24.",
        ),
    gitCheck(await kit.git.version()),
    ...(organization?.approvers === undefined ? [] : [await sshCheck(kit)]),
  ];
}

function gitCheck(version: string | null): Check {
  const remedy =
    "Install Git 2.38 or later. A ledger in a folder, policies in a folder and a review elsewhere need none.";
  if (version === null) return checkOf("machine.git", "warning", "There is no Git on this machine.", remedy);
  if (!isAtLeast(version, GIT_FOR_LEDGER)) {
    return checkOf("machine.git", "warning", `Git ${version} is too old for a ledger on a branch.`, remedy);
  }
  if (!isAtLeast(version, GIT_FOR_REVIEW)) {
    return checkOf(
      "machine.git",
      "warning",
      `Git ${version} serves a ledger on a branch; planning pull requests needs ${GIT_FOR_REVIEW}.`,
      remedy,
    );
  }
  return passed("machine.git", `Git ${version}.`);
}

/** A signature of nothing is refused by every ssh-keygen, and by none that is missing. */
async function sshCheck(kit: Kit): Promise<Check> {
  try {
    await kit.signatures().verify("", "", ["ssh-ed25519 AAAA"]);
    return passed("machine.ssh-keygen", "ssh-keygen is there, for approval files.");
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return checkOf("machine.ssh-keygen", "failed", error.message, error.remedy);
  }
}
