/**
 * The floors: which folder of src/ may see which. DESIGN: model < documents < people < policy < plan < apply.
 * `tools/checks/floors.ts` runs these rules, and checks that they saw every file.
 */

const floors = ["model", "documents", "people", "policy", "plan"];
const adapters = ["atlassian", "git", "github", "ledger", "simulator", "ssh"];
const top = ["commands", "action"];
const entries = "^src/(cli|action|wiring|wiring-action|wiring-folder)\\.ts$";

const inFolder = (...names) => `^src/(${names.join("|")})/`;
const anywhere = "^src/";

/** A folder of `floors` sees itself and the floors below it. */
const floorRules = floors.map((floor, index) => ({
  name: `floor-${floor}`,
  comment: `src/${floor} sees ${index === 0 ? "nothing but itself" : `src/${floors.slice(0, index).join(", src/")} and itself`}.`,
  severity: "error",
  from: { path: inFolder(floor) },
  to: { path: anywhere, pathNot: inFolder(...floors.slice(0, index + 1)) },
}));

/** What several adapters stand on: how the program git is run, and how connections come about. */
const shared = ["git-program", "network"];

/** An adapter sees itself, the ports and the floors; never another adapter, and nothing that is built on adapters. */
const adapterRules = adapters
  .filter((adapter) => adapter !== "simulator")
  .map((adapter) => ({
    name: `adapter-${adapter}`,
    comment: `src/${adapter} is an edge: it sees the ports and the floors, never another adapter, nor what is built on adapters.`,
    severity: "error",
    from: { path: inFolder(adapter) },
    to: { path: anywhere, pathNot: [inFolder(adapter, ...shared, ...floors), "^src/((review-)?ports|version)\\.ts$"] },
  }));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...floorRules,
    {
      name: "model-imports-nothing",
      comment: "src/model is types and plain values: it needs no package and no part of Node.",
      severity: "error",
      from: { path: inFolder("model") },
      to: { pathNot: inFolder("model") },
    },
    {
      name: "pure-floors-without-io",
      comment: "Below src/apply there is no I/O: of Node only what computes (crypto for digests, util, buffer).",
      severity: "error",
      from: { path: inFolder(...floors, "report") },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|util|buffer)$" },
    },
    {
      name: "pure-floors-without-network",
      comment: "Below src/apply there is no package that talks to the network, the disk or a log.",
      severity: "error",
      from: { path: inFolder(...floors, "report") },
      to: { path: "node_modules/(undici|pino|simple-git|octokit|@octokit|commander|nodemailer)/" },
    },
    {
      name: "report-decides-nothing",
      comment: "src/report turns documents into text: it sees src/model, src/documents and src/people only.",
      severity: "error",
      from: { path: inFolder("report") },
      to: { path: anywhere, pathNot: inFolder("report", "model", "documents", "people") },
    },
    {
      name: "ports-are-below-adapters",
      comment:
        "src/ports.ts speaks in the words of the floors, src/review-ports.ts of it too: they see no adapter and nothing that is built on adapters.",
      severity: "error",
      from: { path: "^src/(review-)?ports\\.ts$" },
      to: { path: anywhere, pathNot: [inFolder(...floors), "^src/ports\\.ts$"] },
    },
    {
      name: "apply-sees-ports",
      comment:
        "src/apply sees the organisation's ports, no host and no adapter: what it does is the same wherever it was approved.",
      severity: "error",
      from: { path: "^src/apply/" },
      to: { path: anywhere, pathNot: [inFolder(...floors, "report", "apply"), "^src/(ports|version)\\.ts$"] },
    },
    {
      name: "pipeline-sees-ports",
      comment:
        "src/pipeline.ts and what it is made of see the organisation's ports, no host and no adapter: they do the same on each.",
      severity: "error",
      from: { path: "^src/(pipeline|look-again|looking|policies-now)\\.ts$" },
      to: {
        path: anywhere,
        pathNot: [inFolder(...floors, "report", "apply"), "^src/(ports|version|look-again|looking|policies-now)\\.ts$"],
      },
    },
    {
      name: "review-sees-ports",
      comment: "src/review judges approvals from what ports tell: it sees the floors and ports, never an adapter.",
      severity: "error",
      from: { path: inFolder("review") },
      to: { path: anywhere, pathNot: [inFolder(...floors, "review"), "^src/(review-)?ports\\.ts$"] },
    },
    ...adapterRules,
    {
      name: "shared-is-below-adapters",
      comment: "src/git-program and src/network serve adapters: they know none, and no policy, plan or ledger.",
      severity: "error",
      from: { path: inFolder(...shared) },
      to: { path: anywhere, pathNot: inFolder(...shared, "model") },
    },
    {
      name: "simulator-stands-alone",
      comment: "src/simulator judges us: of src/ it sees only Atlassian's wire types, and it needs no package.",
      severity: "error",
      from: { path: inFolder("simulator") },
      to: { pathNot: [inFolder("simulator"), "^src/atlassian/wire\\.ts$"], dependencyTypesNot: ["core"] },
    },
    {
      name: "commands-are-the-top",
      comment:
        "Only src/cli.ts and src/action.ts start commands and modes, and only those and entries wire adapters together.",
      severity: "error",
      from: { path: anywhere, pathNot: [inFolder(...top), entries] },
      to: { path: [inFolder(...top), entries] },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one idea, or three.",
      severity: "error",
      from: { path: anywhere },
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: { path: anywhere },
      to: { couldNotResolve: true },
    },
    {
      name: "shipped-code-needs-shipped-packages",
      comment: "What src/ imports is in `dependencies`, or it is missing where Seatwright is installed.",
      severity: "error",
      from: { path: anywhere },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.d\\.[cm]?ts$" },
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      extensions: [".ts", ".cjs", ".js", ".json"],
      conditionNames: ["import", "require", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
