/** An organisation whose policies are in a folder of their own. */
export interface FolderOrganization {
  /** The folder's own name: environments, the ledger's branch and the choice of a run by hand go by it. */
  readonly name: string;
  readonly organizationId: string;
}

/** Where the policies are: at the repository's root, or in a folder for each organisation. */
export type Layout =
  | { readonly kind: "root"; readonly organizationId: string }
  | {
      readonly kind: "folders";
      /** What all folders are in, `organizations`; empty for the root. */
      readonly parent: string;
      readonly organizations: readonly FolderOrganization[];
    };

/** The parts of the workflow that depend on the layout, as YAML. Parts that begin a line are whole lines, or empty. */
export interface LayoutParts {
  /** Of each job: once for each organisation. */
  readonly strategy: string;
  /** Names of environments: where a plan is made, and where the organisation can be changed. */
  readonly planEnvironment: string;
  readonly applyEnvironment: string;
  readonly applyEnvironmentByHand: string;
  /** Ends of the names of concurrency groups. */
  readonly group: string;
  readonly groupByHand: string;
  /** Inputs of the action: of lint, of a job, of a run by hand. */
  readonly lintInputs: string;
  readonly inputs: string;
  readonly inputsByHand: string;
  /** The choice of the organisation in a run by hand. */
  readonly choice: string;
}

/** What stands in the workflow for a layout. */
export function partsFor(layout: Layout): LayoutParts {
  if (layout.kind === "root") {
    return {
      strategy: "",
      planEnvironment: "seatwright",
      applyEnvironment: "seatwright-apply",
      applyEnvironmentByHand: "seatwright-apply",
      group: layout.organizationId,
      groupByHand: layout.organizationId,
      lintInputs: "",
      inputs: "",
      inputsByHand: "",
      choice: "",
    };
  }
  const { parent, organizations } = layout;
  const matrix = "${{ matrix.organization }}";
  const chosen = "${{ inputs.organization }}";
  const rows = organizations.map(
    ({ name, organizationId }) => `          - {organization: ${name}, id: ${JSON.stringify(organizationId)}}\n`,
  );
  const inputsFor = (name: string): string =>
    `          repo-path: ${parent === "" ? "" : `${parent}/`}${name}\n          ledger-branch: seatwright-ledger-${name}\n`;
  return {
    strategy: `    strategy:
      fail-fast: false # what goes wrong for one organisation holds up no other
      matrix:
        include:
${rows.join("")}`,
    planEnvironment: `seatwright-${matrix}`,
    applyEnvironment: `seatwright-${matrix}-apply`,
    applyEnvironmentByHand: `seatwright-${chosen}-apply`,
    group: matrix,
    groupByHand: chosen,
    lintInputs: `          repo-path: ${parent === "" ? "" : `${parent}/`}${matrix}\n`,
    inputs: `          org-id: \${{ matrix.id }}\n${inputsFor(matrix)}`,
    inputsByHand: inputsFor(chosen),
    choice: `      organization:
        description: "whose policies"
        type: choice
        required: true
        options: [${organizations.map(({ name }) => name).join(", ")}]
`,
  };
}
