import { gunzipSync } from "node:zlib";
import { type PageContent, unpackPage } from "../../src/report/page-pack.ts";

/** What a report carries, read back out of the file. */
export function contentOf(page: string): PageContent {
  const data = /<script type="application\/octet-stream" id="data">([^<]*)<\/script>/.exec(page)?.[1];
  if (data === undefined) throw new Error("the page has no data");
  return unpackPage(Uint8Array.from(gunzipSync(Buffer.from(data, "base64"))));
}
