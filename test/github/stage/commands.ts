/** A message that GitHub shows at a line of a file, or at the job. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

export interface Group {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a runner reads out of what a step prints. */
export interface StepLog {
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly groups: readonly Group[];
  readonly debug: readonly string[];
  /** Commands that runners no longer take, or do not know. */
  readonly ignored: readonly string[];
  /** What people see, without commands and with every mask covered. */
  readonly lines: readonly string[];
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: `::error file=a.yml,line=1::Wrong`. */
export function readCommands(printed: string, secrets: readonly string[]): StepLog {
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  const groups: { title: string; lines: string[] }[] = [];
  const debug: string[] = [];
  const ignored: string[] = [];
  const lines: string[] = [];
  let group: { title: string; lines: string[] } | null = null;
  let stopped: string | null = null;

  for (const line of printed.split(/\r?\n/)) {
    const command = /^\s*::([\w-]+)(?:\s+([^:]*))?::(.*)$/.exec(line);
    if (stopped !== null && command?.[1] === stopped) {
      stopped = null;
      continue;
    }
    if (command === null || stopped !== null) {
      const seen = covered(line, [...secrets, ...masks]);
      lines.push(seen);
      group?.lines.push(seen);
      continue;
    }
    const [, name = "", properties = "", data = ""] = command;
    const value = unescapeData(data);
    if (name === "error" || name === "warning" || name === "notice")
      annotations.push(annotation(name, parseProperties(properties), covered(value, [...secrets, ...masks])));
    else if (name === "add-mask") masks.push(...value.split(/\r?\n/).filter((each) => each !== ""));
    else if (name === "debug") debug.push(value);
    else if (name === "stop-commands") stopped = value;
    else if (name === "endgroup") group = null;
    else if (name === "group") {
      group = { title: value, lines: [] };
      groups.push(group);
    } else if (name !== "echo") ignored.push(line);
  }
  return { annotations, masks, groups, debug, ignored, lines };
}

/**
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files: `name=value`, or
 * `name<<DELIMITER` with lines up to the delimiter. Throws what a runner fails a step for.
 */
export function readEnvironmentFile(file: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = file.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, at + 1);
      if (delimiter === "" || end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      values[line.slice(0, heredoc)] = lines.slice(at + 1, end).join("\n");
      at = end;
    } else if (equals > 0) values[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`Invalid format '${line}'`);
  }
  return values;
}

function covered(words: string, masks: readonly string[]): string {
  return masks.filter((mask) => mask !== "").reduce((seen, mask) => seen.replaceAll(mask, "***"), words);
}

function annotation(level: Annotation["level"], properties: ReadonlyMap<string, string>, message: string): Annotation {
  const number = (name: string) => {
    const value = Number(properties.get(name));
    return properties.has(name) && Number.isInteger(value) ? value : undefined;
  };
  const all = {
    level,
    message,
    title: properties.get("title"),
    file: properties.get("file"),
    line: number("line"),
    endLine: number("endLine"),
    column: number("col"),
    endColumn: number("endColumn"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Annotation;
}

function parseProperties(words: string): ReadonlyMap<string, string> {
  return new Map(
    words
      .split(",")
      .filter((each) => each.includes("="))
      .map((each) => {
        const at = each.indexOf("=");
        return [
          each.slice(0, at).trim(),
          unescapeData(each.slice(at + 1))
            .replaceAll("%3A", ":")
            .replaceAll("%2C", ","),
        ];
      }),
  );
}

function unescapeData(words: string): string {
  return words.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
