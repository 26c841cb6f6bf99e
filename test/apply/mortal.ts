import type { Ledger, OrgWriter, RunLog } from "../../src/ports.ts";

/** What ends a process without a word, where the process must live on for the test. */
export class Crash extends Error {}

/** Ports that count every moment at which a process could die, and call `die` at one of them and ever after. */
export function mortal(
  diesAt: number,
  die: () => never,
): { readonly ledger: (ledger: Ledger) => Ledger; readonly writer: (writer: OrgWriter) => OrgWriter } {
  let moments = 0;
  const moment = (): void => {
    if (++moments >= diesAt) die();
  };
  const log = (inner: RunLog): RunLog => ({
    ...inner,
    append: async (at, events) => {
      moment();
      const appended = await inner.append(at, events);
      moment();
      return appended;
    },
  });
  return {
    ledger: (inner) => ({
      ...inner,
      loadPlan: async (digest) => {
        moment();
        return await inner.loadPlan(digest);
      },
      openRun: async (run) => {
        moment();
        return log(await inner.openRun(run));
      },
      storeResult: async (result, approval) => {
        moment();
        await inner.storeResult(result, approval);
      },
    }),
    writer: (inner) => ({
      carryOut: async (accountId, operation) => {
        moment();
        const answer = await inner.carryOut(accountId, operation);
        moment();
        return answer;
      },
    }),
  };
}
