/** How text for a terminal is laid out. The commands know the terminal; here it is data. */
export interface TextOptions {
  readonly colour: "on" | "off";
  /** Columns of the terminal. */
  readonly width: number;
}

/** How many rows a table shows before the rest are counted. */
export type Rows = number | "all";

/** What a piece of text means to its reader; the palette decides how that looks. */
export type Tone = "plain" | "strong" | "faint" | "good" | "caution" | "danger" | "accent";

/** Gives a text its tone. The text is final: it holds no control characters. */
export type Palette = (tone: Tone, text: string) => string;

/** Select Graphic Rendition codes [on, off]. Source: ECMA-48, 8.3.117. */
const codes: Readonly<Record<Exclude<Tone, "plain">, readonly [string, string]>> = {
  strong: ["1", "22"],
  faint: ["2", "22"],
  good: ["32", "39"],
  caution: ["33", "39"],
  danger: ["1;31", "22;39"],
  accent: ["36", "39"],
};

/** A palette that colours, or one that leaves every text as it is. */
export function createPalette(colour: TextOptions["colour"]): Palette {
  if (colour === "off") return (_tone, text) => text;
  return (tone, text) => {
    if (tone === "plain" || text === "") return text;
    const [on, off] = codes[tone];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
