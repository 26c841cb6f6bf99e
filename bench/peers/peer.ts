import type { Found } from "../selection.ts";

/** One way to answer the twenty policies. It is loaded in a process of its own. */
export interface Peer {
  /** Answers every policy once. What is found may be lists or sets; telling it apart is not timed. */
  answer(): Answer | Promise<Answer>;
}

export interface Answer {
  readonly milliseconds: number;
  /** Parts of the work that were measured by themselves, in milliseconds. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly found: () => readonly Found[];
}

/** What a peer is made from. */
export interface PeerInput {
  readonly people: number;
  readonly seed: number;
  /** The snapshot file, for those who read it. */
  readonly snapshot: string;
  /** The folder with the policies. */
  readonly policies: string;
}

/** Makes a peer ready: everything it needs stands in memory in the form that suits it best. */
export type LoadPeer = (input: PeerInput) => Promise<Peer>;
