import { createHash } from "node:crypto";

/** Whom one policy selects on one scope (an app of a seat policy, or all people). */
export interface Selection {
  /** `unused-jira 0`, or `dormant` for a policy about people. */
  readonly question: string;
  /** Those who match and are not exempt. */
  readonly selected: number;
  readonly digest: string;
  /** Those of whom it cannot be told whether they match, exempt or not; null where the peer has no way to say so. */
  readonly unknown: number | null;
  readonly unknownDigest: string | null;
}

export interface Found {
  readonly question: string;
  readonly selected: Iterable<number>;
  readonly unknown: Iterable<number> | null;
}

/** The name of a question, the same for every peer. */
export function questionOf(policy: string, app: number | null): string {
  return app === null ? policy : `${policy} ${app}`;
}

/** What was found, told so that two peers can be compared: by digests of who. Positions must ascend. */
export function tell({ question, selected, unknown }: Found): Selection {
  const [some, digest] = told(selected);
  const [doubtful, unknownDigest] = unknown === null ? [null, null] : told(unknown);
  return { question, selected: some, digest, unknown: doubtful, unknownDigest };
}

function told(people: Iterable<number>): readonly [number, string] {
  const positions = Uint32Array.from(people);
  return [positions.length, createHash("sha256").update(positions).digest("hex")];
}

/** Where two peers differ, in words; nothing where they agree. */
export function differences(ours: readonly Selection[], theirs: readonly Selection[], peer: string): readonly string[] {
  const wanted = new Map(ours.map((selection) => [selection.question, selection]));
  const found = new Set(theirs.map(({ question }) => question));
  const missing = [...wanted.keys()].filter((question) => !found.has(question));
  return [
    ...missing.map((question) => `${peer} did not answer ${question}`),
    ...theirs.flatMap(({ question, selected, digest, unknown, unknownDigest }) => {
      const own = wanted.get(question);
      if (own === undefined) return [`${peer} answered ${question}, which nobody asked`];
      const lines: string[] = [];
      if (own.digest !== digest)
        lines.push(`${question}: ${peer} selects ${selected} people, Seatwright ${own.selected}`);
      if (unknownDigest !== null && own.unknownDigest !== unknownDigest) {
        lines.push(`${question}: ${peer} cannot tell of ${unknown} people, Seatwright of ${own.unknown}`);
      }
      return lines;
    }),
  ];
}
