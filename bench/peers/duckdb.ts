import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { apps } from "../frame.ts";
import { createOrganisation, type Organisation } from "../organisation.ts";
import { imported } from "./imported.ts";
import type { Found } from "../selection.ts";
import type { Peer, PeerInput } from "./peer.ts";
import { questionsFor, unprovedGroups } from "./questions.ts";
import { queryOf } from "./sql.ts";
import { wideOf } from "./wide.ts";

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getColumns(): readonly [(readonly number[])?, (readonly boolean[])?] }>;
}

interface DuckDb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

const columns: Readonly<Record<string, string>> = {
  n: "UINTEGER",
  id: "VARCHAR",
  status: "VARCHAR",
  managed: "BOOLEAN",
  source: "VARCHAR",
  mfa: "BOOLEAN",
  added: "UINTEGER",
  email: "VARCHAR",
  domain: "VARCHAR",
  name: "VARCHAR",
  jobTitle: "VARCHAR",
  department: "VARCHAR",
  location: "VARCHAR",
  directories: "UTINYINT[]",
  groups: "USMALLINT[]",
  orgRoles: "VARCHAR[]",
  isJiraAdmin: "BOOLEAN",
  isAgent: "BOOLEAN",
  isAgentOrAdmin: "BOOLEAN",
  ...Object.fromEntries(
    apps.flatMap((_, app) => [
      [`seat${app}`, "BOOLEAN"],
      [`active${app}`, "UINTEGER"],
    ]),
  ),
};

/** DuckDB with everybody in one wide table in memory, one query for each policy. NULL is its unknown. */
export async function loadDuckdb({ people, seed, policies }: PeerInput): Promise<Peer> {
  const { DuckDBInstance } = await imported<DuckDb>("@duckdb/node-api");
  const organisation = createOrganisation(people, seed);
  const unproved = unprovedGroups(organisation);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await fill(connection, organisation);
  const queries = (await questionsFor(organisation, policies)).map((asked) => ({
    name: asked.name,
    sql: queryOf(asked, unproved),
  }));
  return {
    async answer() {
      const start = performance.now();
      const found: Found[] = [];
      for (const { name, sql } of queries) {
        const [numbers = [], doubts = []] = (await connection.runAndReadAll(sql)).getColumns();
        found.push({
          question: name,
          selected: numbers.filter((_, at) => doubts[at] !== true),
          unknown: numbers.filter((_, at) => doubts[at] === true),
        });
      }
      return { milliseconds: performance.now() - start, found: () => found };
    },
  };
}

/** Fills the table by way of a file, which DuckDB reads fastest. */
async function fill(connection: Connection, organisation: Organisation): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "seatwright-bench-"));
  const file = path.join(folder, "people.ndjson");
  try {
    const stream = createWriteStream(file);
    let n = 0;
    for (const record of wideOf(organisation)) {
      if (!stream.write(`${JSON.stringify({ n: n++, ...record })}\n`)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "finish");
    const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
    await connection.run(
      `CREATE TABLE people AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${types.join(", ")}}) ORDER BY n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
