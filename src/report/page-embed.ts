import { htmlText } from "./escape.ts";

/** Where title and data go in the page that is built with Seatwright. Both stand outside of what its policy hashes. */
export const pageMarks = { title: "@seatwright-title@", data: "@seatwright-data@" } as const;

/**
 * The page with its data in it, in pieces: `data` is compressed (gzip), and goes in as base64. Throws where the page is not one
 * of ours.
 */
export function* embedPage(page: string, title: string, data: Uint8Array): Generator<string> {
  const [start, titled, ...noTitle] = page.split(pageMarks.title);
  const [middle, end, ...noData] = (titled ?? "").split(pageMarks.data);
  if (start === undefined || middle === undefined || end === undefined || noTitle.length + noData.length > 0) {
    throw new Error("the page has no place for its title and its data");
  }
  yield start;
  yield htmlText(title);
  yield middle;
  // Three bytes are four characters: pieces of such a length fit together without padding between.
  const step = 3 * 262_144;
  for (let at = 0; at < data.length; at += step) yield Buffer.from(data.subarray(at, at + step)).toString("base64");
  yield end;
}
