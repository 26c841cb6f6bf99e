import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "../../model/errors.ts";
import { readRepository } from "../../policy/repository.ts";
import type { FolderOrganization, Layout } from "./workflow-layout.ts";

const ORGANIZATION = "seatwright.yaml";

/**
 * The layout of a repository that has an organisation file already: at its root, or in folders at most two deep; null
 * where there is none. Throws OperatorError where folders cannot stand in one workflow, or a file does not say its id.
 */
export async function layoutOf(repo: string): Promise<Layout | null> {
  if (await isThere(path.join(repo, ORGANIZATION))) {
    return { kind: "root", organizationId: await organizationIn(repo, ORGANIZATION) };
  }
  const folders = await foldersBelow(repo);
  const [first] = folders;
  if (first === undefined) return null;
  const parent = path.posix.dirname(first);
  const names = folders.map((folder) => path.posix.basename(folder));
  const strayed = folders.find((folder) => path.posix.dirname(folder) !== parent);
  if (strayed !== undefined) {
    throw new OperatorError(
      "usage",
      `The organisations' folders are in different places: ${first} and ${strayed}. One workflow names them by one rule.`,
      "Nothing was written. Put all of them beside each other, for example below organizations/, and run init again.",
    );
  }
  const odd = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  if (odd !== undefined) {
    throw new OperatorError(
      "usage",
      `The folder ${odd} cannot be named in a workflow.`,
      "Nothing was written. Call it something of letters, digits, dots, dashes and underscores, and run init again.",
    );
  }
  const organizations: FolderOrganization[] = [];
  for (const folder of folders) {
    const organizationId = await organizationIn(repo, `${folder}/${ORGANIZATION}`);
    organizations.push({ name: path.posix.basename(folder), organizationId });
  }
  return { kind: "folders", parent: parent === "." ? "" : parent, organizations };
}

/** The nearest folder above that Git calls a repository's root; null where the folder is one itself, or in none. */
export async function repositoryAbove(folder: string): Promise<string | null> {
  if (await isThere(path.join(folder, ".git"))) return null;
  for (let at = path.dirname(folder); ; at = path.dirname(at)) {
    if (await isThere(path.join(at, ".git"))) return at;
    if (at === path.dirname(at)) return null;
  }
}

/** Folders with an organisation file, by path from the root, in order. */
async function foldersBelow(repo: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of await foldersIn(repo)) {
    if (await isThere(path.join(repo, one, ORGANIZATION))) found.push(one);
    else {
      for (const two of await foldersIn(path.join(repo, one))) {
        if (await isThere(path.join(repo, one, two, ORGANIZATION))) found.push(`${one}/${two}`);
      }
    }
  }
  return found;
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
}

async function organizationIn(repo: string, file: string): Promise<string> {
  const bytes = await readFile(path.join(repo, file));
  const { repository, findings } = readRepository([{ path: ORGANIZATION, bytes }]);
  if (repository !== null) return repository.organization.value.organization.id;
  const [first] = findings.filter(({ severity }) => severity === "error");
  throw new OperatorError(
    "policyInvalid",
    `${file} has a mistake, so the workflow cannot be written: ${first?.message ?? "it cannot be read."}`,
    first?.remedy ?? "Run `seatwright validate` there.",
  );
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
