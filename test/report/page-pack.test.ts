import { describe, expect, it } from "vitest";
import type { PageHead } from "../../src/model/page-data.ts";
import { embedPage, pageMarks } from "../../src/report/page-embed.ts";
import { packPage, unpackPage } from "../../src/report/page-pack.ts";

const head = { version: 1, organization: { id: "x", name: "Zoë & <co>" } } as unknown as PageHead;

describe("the data of a report page", () => {
  it("comes out of its bytes as it went in, whatever the length of the columns", () => {
    const columns = new Map<string, Uint8Array | Uint16Array | Uint32Array>([
      ["a", Uint8Array.of(1, 2, 3)],
      ["b", Uint32Array.of(0xffffffff, 7)],
      ["c", Uint16Array.of(0xfffe)],
      ["d", new Uint32Array()],
      ["e", Uint8Array.of(9)],
    ]);
    const bytes = packPage({ head, columns });
    const read = unpackPage(bytes);
    expect(read.head).toEqual(head);
    expect([...read.columns]).toEqual([...columns]);
    expect(packPage(read)).toEqual(bytes);
  });

  it("is refused where it is cut short", () => {
    const bytes = packPage({ head, columns: new Map([["a", Uint32Array.of(1, 2, 3)]]) });
    expect(() => unpackPage(bytes.slice(0, -4))).toThrow("cut short");
  });
});

describe("the page around it", () => {
  const page = `<title>${pageMarks.title}</title><script id="data">${pageMarks.data}</script>`;

  it("takes title and data, each in its place, and no markup of the title", () => {
    const data = Uint8Array.from({ length: 2_000_000 }, (_, at) => at % 251);
    const text = [...embedPage(page, `</title><script>$&'`, data)].join("");
    expect(text.startsWith("<title>&lt;/title&gt;&lt;script&gt;$&amp;&#39;</title>")).toBe(true);
    const base64 = /id="data">([^<]*)</.exec(text)?.[1] ?? "";
    expect(Buffer.from(base64, "base64").equals(Buffer.from(data))).toBe(true);
  });

  it.each(["", "<title></title>", `${page}${pageMarks.data}`, `${pageMarks.data}${pageMarks.title}`])(
    "is refused where it is not ours: %j",
    (other) => {
      expect(() => [...embedPage(other, "x", new Uint8Array())]).toThrow("no place");
    },
  );
});
