import { createProgress, readingWords } from "../commands/progress.ts";
import type { Population } from "../people/population.ts";
import type { OrgReader, ReadProgress } from "../ports.ts";
import { keepYoungSpace } from "../young-space.ts";
import type { ActionKit } from "./kit.ts";

/** Reads the whole organisation in a group of the log, and works on it while the connection is open. */
export async function readOnce<Result>(
  { kit, runner }: Pick<ActionKit, "kit" | "runner">,
  organizationId: string,
  work: (population: Population, reader: OrgReader, report: (step: ReadProgress) => void) => Promise<Result>,
): Promise<Result> {
  return runner.group("Read the organisation", async () => {
    const progress = createProgress(kit.terminal, () => Date.now());
    const connection = kit.connect(organizationId);
    try {
      const report = (step: ReadProgress): void => progress.show(readingWords(step));
      const population = await connection.reader.readOrganization(report);
      keepYoungSpace(population.size);
      return await work(population, connection.reader, report);
    } finally {
      progress.end();
      await connection.close();
    }
  });
}
