import { appNamed } from "../model/apps.ts";
import type { OrganizationFile, Price } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import type { Population } from "./population.ts";
import { isPaidInstance } from "./seats.ts";

type Prices = NonNullable<OrganizationFile["prices"]>;

/** Something that is paid for by one price: an instance, or several under one licence. */
export interface Subscription {
  /** The key under `prices`. */
  readonly key: string;
  readonly price: Price;
  /** Positions, ascending. */
  readonly instances: readonly number[];
}

/** What `prices` says of a snapshot's instances. */
export interface PricedInstances {
  /** In order of key, then instance. */
  readonly subscriptions: readonly Subscription[];
  /** Keys that fit no instance, in order. */
  readonly unused: readonly string[];
  /** Instances with paid seats and no price, ascending. */
  readonly unpriced: readonly number[];
}

/** `jira-software/acme` as app and site; without a slash the price is for every site. The app is Seatwright's name for it. */
export function splitPriceKey(key: string): { readonly app: string; readonly site: string | null } {
  const slash = key.indexOf("/");
  const written = slash === -1 ? key : key.slice(0, slash);
  return { app: appNamed(written) ?? written, site: slash === -1 ? null : key.slice(slash + 1) };
}

/**
 * Which price each instance is paid by: one that names its site goes before one of the app alone. Where a price counts
 * people, all of its instances are one subscription; elsewhere each instance is one of its own.
 */
export function subscriptionsOf(population: Population, prices: Prices): PricedInstances {
  const byInstance = new Map<number, string>();
  const keys = Object.keys(prices).sort(compareText);
  const named = keys.map((key) => ({ key, ...splitPriceKey(key) }));
  const paid = population.header.instances.flatMap((_, at) => (isPaidInstance(population, at) ? [at] : []));
  for (const at of paid) {
    const { app = "", site = "" } = population.header.instances[at] ?? {};
    const ofApp = named.filter((price) => price.app === app);
    const found = ofApp.find((price) => price.site === site) ?? ofApp.find((price) => price.site === null);
    if (found !== undefined) byInstance.set(at, found.key);
  }
  const subscriptions = keys.flatMap((key): readonly Subscription[] => {
    const price = prices[key];
    const instances = paid.filter((at) => byInstance.get(at) === key);
    if (price === undefined || instances.length === 0) return [];
    return price.counts === "people"
      ? [{ key, price, instances }]
      : instances.map((at): Subscription => ({ key, price, instances: [at] }));
  });
  const used = new Set(subscriptions.map(({ key }) => key));
  return {
    subscriptions,
    unused: keys.filter((key) => !used.has(key)),
    unpriced: paid.filter((at) => !byInstance.has(at)),
  };
}
