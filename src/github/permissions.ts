/** Which permission a request needs, where GitHub's answer does not say. */
const table: readonly (readonly [path: RegExp, permission: string])[] = [
  [/\/commits\/[^/]+\/check-runs$|\/check-runs(\/|$)/, "checks"],
  [/\/actions\/runs\//, "actions"],
  [/\/commits\/[^/]+\/pulls$|\/pulls(\/|$)/, "pull-requests"],
  [/\/issues\/(comments\/\d+|\d+\/comments)$/, "pull-requests"],
  [/\/issues(\/|$)/, "issues"],
];

/**
 * The lines of a workflow job's `permissions:` that a refused request asks for, as words: `checks: write`. `accepted` is
 * GitHub's header X-Accepted-GitHub-Permissions.
 * Source: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#insufficient-permissions-error
 */
export function neededPermissions(method: string, path: string, accepted: string | null): string {
  const sets = (accepted ?? "")
    .split(";")
    .map(permissionSet)
    .filter((set) => set !== "");
  if (sets.length > 0) return sets.join(", or ");
  const found = table.find(([pattern]) => pattern.test(path));
  return `${found?.[1] ?? "contents"}: ${method === "GET" ? "read" : "write"}`;
}

/** `pull_requests=write,contents=read` is `pull-requests: write and contents: read`. */
function permissionSet(list: string): string {
  return list
    .split(",")
    .map((each) => /^\s*([a-z_]+)=(read|write|admin)\s*$/.exec(each))
    .flatMap((match) => (match === null ? [] : [`${(match[1] ?? "").replaceAll("_", "-")}: ${match[2] ?? ""}`]))
    .join(" and ");
}
