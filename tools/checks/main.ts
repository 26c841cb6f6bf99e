import { repositoryRoot } from "../root.ts";
import { checkConventions } from "./conventions.ts";
import { checkFloors } from "./floors.ts";
import { checkPurity } from "./purity.ts";
import { readSources } from "./sources.ts";

const sources = readSources(repositoryRoot);
const { modules, findings } = await checkFloors(repositoryRoot);
const all = [...findings, ...sources.flatMap(checkPurity), ...sources.flatMap(checkConventions)];

for (const finding of all) console.error(finding);
console.log(`${modules} modules of ${sources.length} files in src/ were looked at.`);
process.exitCode = all.length === 0 ? 0 : 1;
