/** The oldest Node that Seatwright runs on, as three numbers, from `engines` in package.json. */
export const oldestNode: readonly number[];

/** One line that says what to install, or null when `version` ("24.21.0", with or without a leading v) is new enough. */
export function remedyFor(version: string): string | null;
