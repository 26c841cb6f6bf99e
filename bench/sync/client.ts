/** One client against every limiter at once, in a process of its own: `client.ts NAME ORDER`, the order as JSON. */
import { type ClientName, type LimiterName, limiterCases, limiterNames, WANTED } from "./cases.ts";
import { createClient } from "./clients.ts";

export interface ClientOrder {
  readonly ports: Readonly<Record<LimiterName, number>>;
  readonly windowMs: number;
  /** How long new requests are wanted. */
  readonly milliseconds: number;
}

/** How many requests were wanted, and how many answers they got. */
export interface Asked {
  readonly limiter: LimiterName;
  readonly wanted: number;
  readonly answered: number;
}

const [name = "", text = ""] = process.argv.slice(2);
const { ports, windowMs, milliseconds } = JSON.parse(text) as ClientOrder;
const cases = limiterCases(windowMs);

async function run(limiter: LimiterName): Promise<Asked> {
  const client = createClient[name as ClientName](`http://127.0.0.1:${ports[limiter]}`, cases[limiter]);
  const end = performance.now() + milliseconds;
  let wanted = 0;
  let answered = 0;
  await Promise.all(
    Array.from({ length: WANTED }, async () => {
      while (performance.now() < end) {
        await client.ask(wanted++);
        answered++;
      }
    }),
  );
  await client.close();
  return { limiter, wanted, answered };
}

process.stdout.write(JSON.stringify(await Promise.all(limiterNames.map(run))));
