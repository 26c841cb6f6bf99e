import { OperatorError } from "../model/errors.ts";
import type { GitAnswer } from "./run-git.ts";

/** Which way a remote did not do what it was asked. The first two may pass by themselves. */
type TroubleKind = "raced" | "unreachable" | "refused";

/** Trouble with the remote. Whoever asked tries again where it may pass, and lets it end the run otherwise. */
export class RemoteTrouble extends OperatorError {
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, error: OperatorError) {
    super(error.reason, error.message, error.remedy);
    this.name = "RemoteTrouble";
    this.kind = kind;
  }
}

/** What Git is used for, in the words of messages. */
export interface GitUse {
  /** There is no program git, or an old one. */
  readonly missing: OperatorError;
  /** The repository on this machine: "the ledger's copy". */
  readonly copy: string;
  /** What to do where Git cannot work with it. */
  readonly remedy: string;
}

interface Reading {
  readonly kind: TroubleKind;
  readonly reason: "credentials" | "usage";
  readonly signs: RegExp;
  /** What follows the place. */
  readonly what: string;
  readonly remedy: string;
}

/**
 * How Git, GitHub, GitLab, Bitbucket and plain servers say what is wrong, in the order in which they are looked for: a
 * server that refuses also hangs up.
 */
const readings: readonly Reading[] = [
  {
    kind: "raced",
    reason: "usage",
    signs:
      /^!.*(\[rejected\]|\[remote rejected\].*\((cannot lock ref|failed to update ref|incorrect old value|.*already exists|.*failed to lock|fetch first|non-fast-forward|stale info))/m,
    what: "is being written to by others all the time: each try to add to it came too late.",
    remedy: "Nothing is lost. Run the same command again when less is going on.",
  },
  {
    kind: "unreachable",
    reason: "usage",
    signs:
      /\[remote (rejected|failure)\].*\(.*(internal server error|internal error|try again|unavailable)|remote did not report status/i,
    what: "could not be written just now: the server had trouble of its own.",
    remedy: "Run the same command again in a while.",
  },
  {
    kind: "refused",
    reason: "credentials",
    signs: /\[remote rejected\]/,
    what: "may not be written: the server declined the push, because of a hook or of a rule that protects it.",
    remedy:
      "Let Seatwright's own user or app push to this branch (on GitHub: a bypass in the ruleset), and keep force pushes and deletion forbidden for everybody.",
  },
  {
    kind: "refused",
    reason: "credentials",
    signs:
      /returned error: 40[13]|Authentication failed|could not read (Username|Password)|Permission (to .* )?denied|publickey|write access to repository not granted|access denied|not allowed to (push|access|download)|insufficient permission|archived so it is read-only/i,
    what: "may not be used: the server refused the token or key, or it has no right to this.",
    remedy:
      "Check the token and its rights: it needs to read and write the contents of this repository (in a GitHub workflow: contents: write).",
  },
  {
    kind: "refused",
    reason: "usage",
    signs: /returned error: 30\d|unable to update url base from redirection/i,
    what: "is not there any more: the server sends us to another address, and the token does not go along.",
    remedy: "Name the new address of the repository.",
  },
  {
    kind: "refused",
    reason: "usage",
    signs:
      /repository .*not found|does not appear to be a git repository|returned error: (404|410)|no such (project|repository)/i,
    what: "cannot be found: there is no such repository, or the token may not see it.",
    remedy: "Check the address of the repository, and that the token can read it.",
  },
  {
    kind: "refused",
    reason: "usage",
    signs:
      /certificate (problem|verif)|certificate verification failed|self[- ]signed certificate|Host key verification failed/i,
    what: "cannot be reached safely: the server could not prove who it is.",
    remedy:
      "Name the authority that signs its certificate in GIT_SSL_CAINFO, or put its host key into the known hosts of ssh. Do not switch the check off.",
  },
  {
    kind: "unreachable",
    reason: "usage",
    signs:
      /could not resolve|failed to connect|couldn't connect|connection (refused|reset|timed out|closed)|timed out|too slow|returned error: (429|5\d\d)|RPC failed|early EOF|hung up|unexpected disconnect|network is unreachable|no route to host|SSL_ERROR_SYSCALL|recv error|empty reply|HTTP\/2 stream|died of signal/i,
    what: "cannot be reached.",
    remedy: "Check the network and the server, and run the same command again: it goes on from where it stopped.",
  },
];

/** What a command that spoke with the remote failed of. `place` begins the message: what could not be used, and where. */
export function remoteTrouble(answer: GitAnswer, place: string, { missing }: GitUse): RemoteTrouble {
  if (isGitMissing(answer)) return new RemoteTrouble("refused", missing);
  if (isInterrupted(answer)) return interrupted(place);
  const text = `${answer.out}\n${answer.err}`;
  const reading = readings.find(({ signs }) => signs.test(text));
  if (answer.silent || reading === undefined) {
    const what = answer.silent ? "did not answer for ten minutes." : `could not be used: ${lastWords(answer.err)}`;
    return new RemoteTrouble(
      answer.silent ? "unreachable" : "refused",
      new OperatorError(
        "usage",
        `${place} ${what}`,
        "Check the address and the server, and run the same command again.",
      ),
    );
  }
  const { kind, reason, what, remedy } = reading;
  const said = kind === "refused" ? wordsOf(text) : "";
  return new RemoteTrouble(kind, new OperatorError(reason, `${place} ${what}${said}`, remedy));
}

/** What a command failed of that had to do with nothing but the copy on this machine. */
export function localTrouble(answer: GitAnswer, folder: string, { missing, copy, remedy }: GitUse): OperatorError {
  if (isGitMissing(answer)) return missing;
  if (isInterrupted(answer)) return interrupted(`${capital(copy)} in ${folder}`);
  return new OperatorError("usage", `Git could not work with ${copy} in ${folder}: ${lastWords(answer.err)}`, remedy);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function isGitMissing({ code, err }: GitAnswer): boolean {
  return code !== null && code < 0 && /ENOENT/.test(err);
}

/** Ctrl-C reaches Git too, which then gives up at once, while the run wants to come to an orderly end. */
function isInterrupted({ code, silent }: GitAnswer): boolean {
  return code === null && !silent;
}

function interrupted(place: string): RemoteTrouble {
  const error = new OperatorError(
    "usage",
    `${place} could not be used: Git was interrupted.`,
    "Run the same command again: it goes on from where it stopped.",
  );
  return new RemoteTrouble("unreachable", error);
}

/** What the server itself said, which names the rule that was broken. Shortened, in one line. */
function wordsOf(text: string): string {
  const lines = text.split("\n").flatMap((line) => {
    const said = /^remote:\s*(.*\w.*)$/.exec(line)?.[1];
    return said === undefined ? [] : [plain(said)];
  });
  return lines.length === 0 ? "" : ` The server says: ${shortened(lines.join(" "))}`;
}

function lastWords(text: string): string {
  const lines = text
    .split("\n")
    .map(plain)
    .filter((line) => line !== "");
  const [fatal] = lines.filter((line) => /^(fatal|error):/.test(line));
  return shortened(fatal ?? lines.at(-1) ?? "it gave no reason.");
}

function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
