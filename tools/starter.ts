/** The file of dist/ that the starter loads, beside the chunks that this one loads. */
export const PROGRAM = "cli-program.js";

/**
 * What `dist/cli.js` is: the least that has to run before the program. It refuses an old Node, answers `--version` by itself,
 * and has Node keep what it compiled, for whoever starts the program only: in a folder that others could write to, somebody
 * might leave code for a process that holds an API key. `NODE_DISABLE_COMPILE_CACHE=1` keeps nothing.
 */
export function starterOf(version: string, refuseOldNode: string): string {
  return `import module from "node:module";
${refuseOldNode}
if (process.argv.length === 3 && ["--version", "-V"].includes(process.argv[2])) {
  process.stdout.write(${JSON.stringify(`${version}\n`)});
} else {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const home = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME || (HOME && HOME + "/.cache");
  if (home && /^([/\\\\]|[A-Za-z]:)/.test(home)) module.enableCompileCache?.(home + "/seatwright");
  await import("./${PROGRAM}");
}
`;
}
