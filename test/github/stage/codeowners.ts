/** One line of a CODEOWNERS file. */
interface OwnerRule {
  readonly line: number;
  readonly source: string;
  readonly pattern: string;
  /** With the @ of GitHub's logins and teams: `@ada`, `@acme/identity`. */
  readonly owners: readonly string[];
}

/** Where GitHub looks for the file, the first that is there counts: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-location */
export const codeOwnerPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

export function parseCodeOwners(file: string): readonly OwnerRule[] {
  return file
    .split("\n")
    .map((source, index) => ({
      source,
      line: index + 1,
      words: source
        .replace(/(^|\s)#.*/, "")
        .trim()
        .split(/\s+/),
    }))
    .filter(({ words }) => words[0] !== "")
    .map(({ source, line, words: [pattern = "", ...owners] }) => ({ source, line, pattern, owners }));
}

/** The owners of a path: the last line that fits it decides, also where it names nobody. */
export function ownersOf(rules: readonly OwnerRule[], path: string): readonly string[] {
  return rules.findLast(({ pattern }) => fits(pattern, path))?.owners ?? [];
}

/** https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax: mostly as in gitignore, without `!`, `[ ]` and escapes. */
function fits(pattern: string, path: string): boolean {
  const anchored = pattern.slice(0, -1).includes("/");
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  const body = bare.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) =>
    part === "**/" ? "(?:.*/)?" : part === "**" ? ".*" : part === "*" ? "[^/]*" : part === "?" ? "[^/]" : `\\${part}`,
  );
  // `docs/*` is files directly in docs; a directory, or a name alone, is everything beneath it.
  const beneath = pattern.endsWith("/") ? "/.+" : bare.endsWith("/*") ? "" : "(?:/.+)?";
  return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${body}${beneath}$`).test(path);
}

export interface OwnerProblem {
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly kind: string;
  readonly suggestion: string | null;
  readonly message: string;
  readonly path: string;
}

/** What https://docs.github.com/rest/repos/repos#list-codeowners-errors tells: owners who do not exist or may not write. */
export function ownerProblems(
  rules: readonly OwnerRule[],
  path: string,
  isOwner: (owner: string) => boolean,
): readonly OwnerProblem[] {
  return rules.flatMap(({ line, source, owners }) =>
    owners
      .filter((owner) => !isOwner(owner))
      .map((owner) => {
        const column = source.indexOf(owner) + 1;
        return {
          line,
          column,
          source: `${source}\n`,
          kind: "Unknown owner",
          suggestion: `make sure ${owner} exists and has write access to the repository`,
          message: `Unknown owner on line ${line}: make sure ${owner} exists and has write access to the repository\n\n  ${source}\n  ${" ".repeat(column - 1)}^`,
          path,
        };
      }),
  );
}
