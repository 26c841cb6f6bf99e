import { OperatorError } from "../model/errors.ts";

/** Runs `work`, turning what the disk refuses into an OperatorError that names `path`. */
export async function diskTrouble<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new OperatorError(
      "usage",
      `The copy of the policy repository could not be kept in ${path}: the system answered ${String(cause.code)}.`,
      "Check that the disk has room and that this user may write there.",
      { cause },
    );
  }
}
