import { readFile } from "node:fs/promises";
import { OperatorError } from "../model/errors.ts";

/** Beside the program where it is installed, and in dist/ where it runs from its sources. */
const places = ["./page.html", "../../dist/page.html"];

/** The report page without its data, as it was built with Seatwright. Throws OperatorError where it is missing. */
export async function readPageFile(): Promise<string> {
  for (const place of places) {
    try {
      return await readFile(new URL(place, import.meta.url), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new OperatorError("usage", "The report page is missing from this installation.", "Install Seatwright again.");
}
