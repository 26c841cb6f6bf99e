import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { repositoryRoot } from "../../tools/root.ts";
import { readPage } from "../docs/pages.ts";

const descriptions = join(dirname(createRequire(import.meta.url).resolve("@octokit/openapi")), "generated");

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
}

/** Operations that the sources name: `GET /repos/{owner}/{repo}`. */
function askedFor(): readonly string[] {
  const folder = join(repositoryRoot, "src/github");
  const found = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/"((?:GET|POST|PUT|PATCH|DELETE) \/[^"?]*)"/g)].map(
      ([, operation = ""]) => operation,
    ),
  );
  return [...new Set(found)].sort();
}

it("every operation is one of each Enterprise Server that docs/github.md names, and of github.com", () => {
  const asked = askedFor();
  expect(asked.length).toBeGreaterThan(20);
  const named = [...readPage("docs/github.md").text.matchAll(/\b3\.1\d\b/g)].map(([version]) => `ghes-${version}`);
  expect(new Set(named).size).toBe(3);
  for (const name of new Set(["api.github.com", ...named])) {
    const { paths } = JSON.parse(readFileSync(join(descriptions, `${name}.json`), "utf8")) as Description;
    const missing = asked.filter((operation) => {
      const [method = "", path = ""] = operation.split(" ");
      return paths[path]?.[method.toLowerCase()] === undefined;
    });
    expect(missing, name).toEqual([]);
  }
});
