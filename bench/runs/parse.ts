/** The process that reads a snapshot file whole and makes objects of it: what a program without a format of its own does. */
import { readFileSync } from "node:fs";
import { tell } from "./told.ts";

const [file = ""] = process.argv.slice(2);
const start = performance.now();
const text = readFileSync(file, "utf8");
const read = performance.now();
const value = JSON.parse(text) as { readonly people: readonly unknown[] };
const parsed = performance.now();
tell({ parts: { "read the file": read - start, "JSON.parse": parsed - read }, people: value.people.length });
