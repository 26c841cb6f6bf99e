import { foldedText, htmlText, markdownText } from "./escape.ts";
import { figure } from "./words.ts";

/** Text in which everything that came from outside is escaped for `Language`. Only the tags below make it. */
export interface Markup<Language extends string> {
  readonly language: Language;
  readonly source: string;
}

export type Html = Markup<"html">;
export type Markdown = Markup<"markdown">;

type Value<Language extends string> = string | number | Markup<Language> | readonly Markup<Language>[];
type Tag<Language extends string> = (
  strings: TemplateStringsArray,
  ...values: readonly Value<Language>[]
) => Markup<Language>;

function tag<Language extends string>(language: Language, escape: (text: string) => string): Tag<Language> {
  const sourceOf = (value: Value<Language>): string => {
    if (typeof value === "string") return escape(value);
    if (typeof value === "number") return figure(value);
    return "source" in value ? value.source : value.map((part) => part.source).join("");
  };
  return (strings, ...values) => ({
    language,
    source: strings.reduce((text, part, at) => {
      const value = values[at - 1];
      return text + (value === undefined ? "" : sourceOf(value)) + part;
    }),
  });
}

/** HTML in which every value is escaped, unless it is HTML of this tag. */
export const html: Tag<"html"> = tag("html", htmlText);

/** Markdown in which every value is escaped, unless it is Markdown of this tag. */
export const md: Tag<"markdown"> = tag("markdown", markdownText);

/** The inside of an HTML element in Markdown, such as a `summary`, in which every value is escaped. */
export const folded: Tag<"markdown"> = tag("markdown", foldedText);

/** Parts with a separator between them. */
export function joined<Language extends string>(
  parts: readonly Markup<Language>[],
  separator: Markup<Language>,
): Markup<Language> {
  return { language: separator.language, source: parts.map((part) => part.source).join(separator.source) };
}
