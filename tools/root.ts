import { dirname } from "node:path";

/** The folder that holds package.json. */
export const repositoryRoot: string = dirname(import.meta.dirname);
