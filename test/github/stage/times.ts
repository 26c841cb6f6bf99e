/** The stage's own time, and the emulator's told in it. */
export interface Times {
  /** The stage's clock. */
  now(): Date;
  /** To be called before the emulator is told to do something: what it does then happens at the stage's time of now. */
  note(): void;
  /** A moment of the emulator as the stage shows it: UTC in whole seconds, as GitHub does; other texts stay as they are. */
  show(moment: string): string;
}

interface Note {
  /** By this machine's clock, which the emulator goes by. */
  readonly from: number;
  readonly shown: string;
}

export function createTimes(clock: () => Date): Times {
  const notes: Note[] = [];
  return {
    now: clock,
    note: () => {
      notes.push({ from: Date.now(), shown: inSeconds(clock()) });
    },
    show: (moment) => {
      if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/.test(moment)) return inSeconds(new Date(moment));
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(moment)) return moment;
      const at = Date.parse(moment);
      const note = at > Date.now() ? undefined : notes.findLast(({ from }) => from <= at);
      return note?.shown ?? inSeconds(new Date(at));
    },
  };
}

/** `2026-11-20T09:00:00Z`. */
export function inSeconds(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
