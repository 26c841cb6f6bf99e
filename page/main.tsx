import { render } from "preact";
import { unpackPage } from "../src/report/page-pack.ts";
import { App } from "./app.tsx";
import { openOrg } from "./org.ts";

/** Reads the data that `seatwright report` put into the page: gzip, as base64. */
async function readData(): Promise<Uint8Array> {
  const element = document.getElementById("data");
  const text = atob(element?.textContent?.trim() ?? "");
  element?.remove();
  const packed = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) packed[at] = text.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function open(): Promise<void> {
  const place = document.getElementById("page");
  if (place === null) return;
  try {
    const org = openOrg(unpackPage(await readData()));
    place.replaceChildren();
    render(<App org={org} />, place);
    document.documentElement.dataset["state"] = "ready";
  } catch (error) {
    document.documentElement.dataset["state"] = "failed";
    place.textContent = `The report could not be opened. The file may be cut short, or the browser too old: make it again with \`seatwright report\`, or use a current browser. (${String(error)})`;
    throw error;
  }
}

void open();
