import type { Source, Where } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { nearest } from "./distance.ts";
import { splitSourceWord } from "./source-words.ts";
import { entryPath, errorAt, listOf, type Path, shown, type Written } from "./written.ts";

/** Sources and dates that a filter names and the organisation file does not declare. */
export function checkSources(mapping: Written<Where>, sources: Readonly<Record<string, Source>>): readonly Finding[] {
  const { in: inSources, fact, date, during } = mapping.value;
  const source = (path: Path, part: "key" | "value", name: string): readonly Finding[] => {
    if (Object.hasOwn(sources, name)) return [];
    const near = nearest(name, Object.keys(sources));
    const remedy =
      near === null
        ? "Declare it under `sources` in seatwright.yaml."
        : `Did you mean ${shown(near)}? Sources are declared in seatwright.yaml.`;
    return [errorAt(mapping.at(path, part), "unknown-source", `There is no source called ${shown(name)}.`, remedy)];
  };
  const dateNamed = (path: Path, part: "key" | "value", word: string): readonly Finding[] => {
    const [name, dateName] = splitSourceWord(word);
    const declared = Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (declared === undefined) return source(path, part, name);
    const dates = Object.keys(declared.dates ?? {});
    if (dates.includes(dateName)) return [];
    const near = nearest(dateName, dates);
    const remedy = `${near === null ? "" : `Did you mean ${shown(`${name}.${near}`)}? `}Declare it under \`dates\` of the source in seatwright.yaml.`;
    return [
      errorAt(
        mapping.at(path, part),
        "unknown-date",
        `The source ${shown(name)} has no date ${shown(dateName)}.`,
        remedy,
      ),
    ];
  };
  return [
    ...listOf(inSources).flatMap((name, at) => source(entryPath(["in"], inSources ?? [], at), "value", name)),
    ...Object.keys(fact ?? {}).flatMap((word) => source(["fact", word], "key", splitSourceWord(word)[0])),
    ...Object.keys(date ?? {}).flatMap((word) => dateNamed(["date", word], "key", word)),
    ...(during === undefined
      ? []
      : [
          ...dateNamed(["during", "from"], "value", during.from),
          ...dateNamed(["during", "to"], "value", during.to),
          ...(splitSourceWord(during.from)[0] === splitSourceWord(during.to)[0]
            ? []
            : [
                errorAt(
                  mapping.at(["during", "to"]),
                  "during-two-sources",
                  "`during` takes both of its dates from one source.",
                  "Name two dates of the same source.",
                ),
              ]),
        ]),
  ];
}
