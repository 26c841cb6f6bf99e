/** How expressions name what others wrote, as far as a job's events can bring it; null: they cannot. */
export interface OtherNames {
  /** A commit or a branch of theirs. */
  readonly code: RegExp | null;
  /** Words of theirs, which a shell could take for commands. */
  readonly words: RegExp | null;
  /** These, and what only says which pull request is meant. */
  readonly any: RegExp | null;
}

/** Events that bring nothing of others, or whose runs are no runs of the default branch. */
const inside: ReadonlySet<string> = new Set([
  "push",
  "schedule",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "merge_group",
  "workflow_call",
]);

/** Whether something else than a push or a time can start the job. */
export function canMatter(events: readonly string[]): boolean {
  return events.some((event) => !inside.has(event));
}

const code = [
  String.raw`pull_request\.(head|merge_commit_sha|patch_url|diff_url)|\bhead_ref\b|refs/pull/`,
  String.raw`workflow_run\.(head_|pull_requests)|check_(run|suite)\.(head_|pull_requests)|deployment\.(ref|sha)`,
];
const words = [
  String.raw`(pull_request|issue|comment|review|discussion)\.(title|body)|workflow_run\.display_title`,
  String.raw`deployment\.payload|to_?json\(\s*github(\.event(\.pull_request|\.issue|\.comment)?)?\s*\)`,
];
const numbers = [String.raw`(pull_request|issue|event)\.number|workflow_run\.(id|artifacts_url)\b`];
const typed = String.raw`(^|[^\w.])inputs\.|event\.inputs`;

/**
 * The names for these events. Whoever may write can start a run by hand and type what they like, so inputs count as words.
 * Source: https://docs.github.com/actions/reference/security/secure-use#understanding-the-risk-of-script-injections
 */
export function otherNames(events: readonly string[]): OtherNames {
  const bringsOthers = events.some((event) => !inside.has(event) && !event.endsWith("_dispatch"));
  const told = [
    ...(events.includes("workflow_dispatch") ? [typed] : []),
    ...(events.includes("repository_dispatch") ? ["client_payload"] : []),
  ];
  return {
    code: anyOf(bringsOthers ? code : []),
    words: anyOf([...(bringsOthers ? words : []), ...told]),
    any: anyOf([...(bringsOthers ? [...code, ...words, ...numbers] : []), ...told]),
  };
}

/** Variables as scripts and expressions name them: `$A`, `${A}`, `$env:A`, `%A%`, `env.A`, `printenv A`. */
export function variablesNamed(names: ReadonlySet<string>): RegExp | null {
  if (names.size === 0) return null;
  return new RegExp(String.raw`(\$\{?!?|\$env:|\benv\.|%|printenv\s+)(${[...names].map(escaped).join("|")})\b`, "i");
}

/** Outputs of these steps, and of these jobs, as expressions name them. */
export function outputsNamed(steps: ReadonlySet<string>, jobs: ReadonlySet<string> = new Set()): RegExp | null {
  const named = [
    ["steps", steps],
    ["needs", jobs],
  ] as const;
  return anyOf(
    named.flatMap(([kind, ids]) =>
      ids.size === 0 ? [] : [String.raw`${kind}\.(${[...ids].map(escaped).join("|")})\.outputs`],
    ),
  );
}

/** A text as a regular expression that matches it and nothing else. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function anyOf(parts: readonly string[]): RegExp | null {
  return parts.length === 0 ? null : new RegExp(parts.join("|"), "i");
}
