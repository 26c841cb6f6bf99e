import { spawn } from "node:child_process";

export interface GitOptions {
  readonly input?: string | Buffer;
  /** Besides what every Git process of the stage is given. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Git in one folder, deaf to this machine's own configuration. */
export interface Git {
  readonly folder: string;
  /** Runs Git and says how it ended, whatever the exit code. */
  run(args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** What Git printed, without white space around it. Throws, with Git's own words, where the exit code is not 0. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
  /** The lines that Git printed. */
  lines(args: readonly string[], options?: GitOptions): Promise<readonly string[]>;
}

/** Who a commit is by. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** No user's or machine's configuration, no question on a terminal, no language but English. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
    TZ: "UTC",
  };
}

export function createGit(folder: string): Git {
  const run: Git["run"] = (args, options = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn("git", args, { cwd: folder, env: { ...gitEnvironment(), ...options.env } });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (data: Buffer) => stdout.push(data));
      child.stderr.on("data", (data: Buffer) => stderr.push(data));
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
      );
      // Git may stop reading before it has read everything; its exit code tells.
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
    });
  const text: Git["text"] = async (args, options) => {
    const { code, stdout, stderr } = await run(args, options);
    if (code !== 0) throw new Error(`git ${args.join(" ")} in ${folder} ended with ${code}: ${stderr.trim()}`);
    return stdout.toString().trim();
  };
  return {
    folder,
    run,
    text,
    lines: async (args, options) => (await text(args, options)).split("\n").filter((line) => line !== ""),
  };
}

/** `Ada <ada@example.com> 1700000000 +0000`, as commits hold it. */
export function signature({ name, email }: Identity, at: Date): string {
  return `${name} <${email}> ${Math.floor(at.getTime() / 1000)} +0000`;
}
