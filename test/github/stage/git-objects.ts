interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
}

/** What a tree object holds. */
export function entriesOf(bytes: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    const mode = bytes.subarray(at, space).toString();
    entries.push({
      path: bytes.subarray(space + 1, end).toString(),
      mode: mode.padStart(6, "0"),
      type: mode === "40000" ? "tree" : mode === "160000" ? "commit" : "blob",
      sha: bytes.subarray(end + 1, end + 21).toString("hex"),
    });
    at = end + 21;
  }
  return entries;
}

interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

interface ParsedCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Why the emulator cannot hold it under Git's id: it writes four headers and ends every message with a line break. */
  readonly unusual: string | null;
}

/** What a commit object says. */
export function parseCommit(bytes: Buffer): ParsedCommit {
  const words = bytes.toString();
  const end = words.indexOf("\n\n");
  const headers = words.slice(0, end).split("\n");
  const message = words.slice(end + 2);
  const of = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const extra = headers
    .filter((line) => !/^(tree|parent|author|committer) /.test(line))
    .map((line) => line.split(" ")[0]);
  return {
    tree: of("tree")[0] ?? "",
    parents: of("parent"),
    author: parseSignature(of("author")[0] ?? ""),
    committer: parseSignature(of("committer")[0] ?? ""),
    message,
    unusual:
      extra.length > 0
        ? `it has the header ${extra[0] || "of several lines"}, which the emulator does not write`
        : !message.endsWith("\n")
          ? "its message does not end with a line break, which the emulator adds"
          : !Buffer.from(words).equals(bytes)
            ? "it is not written in UTF-8"
            : null,
  };
}

function parseSignature(line: string): Signature {
  const [, name = "", email = "", seconds = "0", zone = "+0000"] = /^(.*?) ?<(.*)> (\d+) ([+-]\d{4})$/.exec(line) ?? [];
  const sign = zone.startsWith("-") ? -1 : 1;
  const shift = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * 60_000;
  const local = new Date(Number(seconds) * 1000 + shift).toISOString().slice(0, 19);
  return { name, email, date: `${local}${zone.slice(0, 3)}:${zone.slice(3)}` };
}
