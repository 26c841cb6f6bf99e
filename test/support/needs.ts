import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** What some tests need and npm does not bring, or not for every machine. */
export type Need = "git" | "ssh-keygen" | "chromium" | "openapi" | "duckdb";

interface Provision {
  /** For the line `not run: needs X`. */
  readonly words: string;
  /** False for what nobody can be asked to install: its absence is told and never counts as a failure. */
  readonly required: boolean;
  readonly find: () => string | null;
}

const provisions: Readonly<Record<Need, Provision>> = {
  git: { words: "git", required: true, find: () => program("git") },
  "ssh-keygen": { words: "ssh-keygen", required: true, find: () => program("ssh-keygen") },
  chromium: {
    words: "chromium",
    required: true,
    find: () => program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
  },
  openapi: {
    words: "Atlassian's OpenAPI documents (SEATWRIGHT_OPENAPI names their folder)",
    required: false,
    find: () => folder(process.env["SEATWRIGHT_OPENAPI"]),
  },
  duckdb: {
    words: "DuckDB for this system (npm ci brings it for most)",
    required: true,
    find: () => resolved("@duckdb/node-api"),
  },
};

/** `describe` and `it` for tests that need something; where it is missing they are listed as not run. */
export interface Needing {
  /** Path of the program or folder, null where it is missing. Inside the tests it is there. */
  readonly path: string | null;
  readonly describe: (name: string, tests: () => void) => void;
  readonly it: (name: string, test: () => void | Promise<void>, timeoutMs?: number) => void;
}

declare module "vitest" {
  interface TaskMeta {
    /** Why the test does not run here. Set by `needs` alone; any other skipped test counts as failed. */
    notRun?: { readonly needs: string; readonly required: boolean };
  }
}

/**
 * Wraps tests that need a program or a folder: `needs("git").it("pushes the ledger", ...)`. Where it is missing they are
 * skipped and counted as `not run: needs git`, and as failed where SEATWRIGHT_REQUIRE_ALL is 1 and it can be installed.
 */
export function needs(need: Need): Needing {
  const { words, required, find } = provisions[need];
  const path = find();
  const options = path === null ? { skip: true, meta: { notRun: { needs: words, required } } } : {};
  return {
    path,
    describe: (name, tests) => {
      describe(name, options, tests);
    },
    it: (name, test, timeoutMs) => {
      it(name, timeoutMs === undefined ? options : { ...options, timeout: timeoutMs }, test);
    },
  };
}

function program(...names: readonly string[]): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "");
  const paths = names.flatMap((name) => folders.map((entry) => join(entry, name)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a package is, if it can be loaded: its part for this system may be missing. */
function resolved(name: string): string | null {
  try {
    const load = createRequire(import.meta.url);
    load(name);
    return load.resolve(name);
  } catch {
    return null;
  }
}

function folder(path: string | undefined): string | null {
  return path !== undefined && path !== "" && existsSync(path) ? path : null;
}
