import type { HolderCount, PersonDetail } from "../model/documents.generated.ts";
import { createPopulationBuilder, withDetail, withDirect, withHeader } from "../people/builder.ts";
import type { Population } from "../people/population.ts";
import type { GroupReader, OrgReader } from "../ports.ts";
import { findAddresses } from "./addresses.ts";
import { type AccountRights, type LastActive, readAccountRights, readLastActive } from "./activity.ts";
import { confirmActivity } from "./confirm.ts";
import { adminCheck, chainChecks, clockCheck, everybodyCheck, grantCheck, instanceCheck, keyCheck } from "./checks.ts";
import { countUsers } from "./counts.ts";
import { readDefaultRoles } from "./default-roles.ts";
import { readDetail } from "./detail.ts";
import type { Source } from "./source.ts";
import { countHolders } from "./holders.ts";
import { readSome } from "./people.ts";
import { headerOf, readSetting, type Setting, type Terms } from "./setting.ts";
import type { Transport } from "./transport.ts";
import { readWhole } from "./whole.ts";

/** An OrgReader that can also ask the slow, authoritative questions about one person. It changes nothing. */
export interface AtlassianReader extends OrgReader, GroupReader {
  /** Last activity from the authoritative endpoint; null where Atlassian does not know the person. */
  readLastActive(accountId: string): Promise<LastActive | null>;
  /** The same population with the authoritative activity of these people; unknown where it could not be read. */
  confirmActivity(population: Population, accountIds: readonly string[]): Promise<Population>;
  /** Whether this key may deactivate and activate the account. */
  readAccountRights(accountId: string): Promise<AccountRights>;
}

export interface ReaderOptions extends Terms {
  readonly organizationId: string;
}

interface SharedFrame {
  readonly setting: Setting;
  readonly holders: readonly HolderCount[];
  /** How many people Atlassian counts. */
  readonly everybody: number;
}

/**
 * A reader of one organisation. `readOrganization` reads everything anew each time; `readPeople` and `readLastActive`
 * share a frame that is read once.
 */
export function createReader(transport: Transport, options: ReaderOptions): AtlassianReader {
  let shared: Promise<SharedFrame> | null = null;

  /** Runs a read of many requests. When one of them fails, those still waiting are called off. */
  async function together<Result>(work: (source: Source) => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const request: Transport["request"] = (asked) => transport.request({ signal: stop.signal, ...asked });
    try {
      return await work({ transport: { ...transport, request }, orgId: options.organizationId });
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  }

  async function readShared(): Promise<SharedFrame> {
    return together(async (source) => {
      const setting = await readSetting(source, options, () => undefined);
      const [holders, everybody] = await Promise.all([countHolders(source, setting.frame), countUsers(source, {})]);
      return { setting, holders, everybody };
    });
  }

  async function sharedFrame(): Promise<SharedFrame> {
    const reading = shared ?? readShared();
    shared = reading;
    try {
      return await reading;
    } catch (error) {
      // The next who needs the frame tries again.
      if (shared === reading) shared = null;
      throw error;
    }
  }

  return {
    readOrganization: (report) => together((source) => readWhole(source, options, report)),

    findAddresses: (addresses) => together((source) => findAddresses(source, addresses)),

    async readPeople(accountIds) {
      const { setting, holders, everybody } = await sharedFrame();
      return together(async (source) => {
        const builder = createPopulationBuilder();
        const read = await readSome(source, setting.frame, builder, accountIds);
        const clock = transport.serverClock();
        const checks = [
          ...chainChecks([...setting.frame.chains, ...read.chains]),
          grantCheck(setting.frame),
          adminCheck(setting.admins, null),
          keyCheck(setting.keys),
          instanceCheck(setting.frame),
          clockCheck(clock),
          everybodyCheck(everybody),
        ];
        const parts = { asOf: clock.latest ?? setting.asOf, holders, checks, peopleCount: 0 };
        const found = builder.finish(headerOf(source, options, setting, parts), "some");
        const population = withHeader(found, { ...found.header, peopleCount: found.size });
        return knowing(population, await readDetail(source, population, accountIds, () => undefined));
      });
    },

    async addDetail(population, accountIds, report) {
      const of = new Set(accountIds).size;
      const tell = (done: number): void => report({ step: "details", done, of });
      return knowing(population, await together((source) => readDetail(source, population, accountIds, tell)));
    },

    addDefaultRoles: (population, report) =>
      together((source) =>
        readDefaultRoles(source, population, (done, of) => report({ step: "default groups", done, of })),
      ),

    async readLastActive(accountId) {
      const { setting } = await sharedFrame();
      return together((source) => readLastActive(source, setting.frame.finder, accountId));
    },

    confirmActivity: (population, accountIds) => together((source) => confirmActivity(source, population, accountIds)),

    readAccountRights: (accountId) => together((source) => readAccountRights(source, accountId)),
  };
}

/**
 * The same people with this detail. It also settles who of them holds a role directly, which the whole read can only
 * conclude from counts.
 */
function knowing(population: Population, detail: ReadonlyMap<number, PersonDetail>): Population {
  const direct = new Map(population.direct);
  for (const [person, { roles }] of detail) {
    const held = roles.flatMap(([instance, role, methods]) =>
      methods.split(" ").includes("direct") ? [[instance, role] as const] : [],
    );
    if (held.length === 0) direct.delete(person);
    else direct.set(person, held);
  }
  return withDetail(withDirect(population, new Map([...direct].sort((a, b) => a[0] - b[0]))), detail);
}
