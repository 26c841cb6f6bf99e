import type { Population } from "../people/population.ts";
import { sharedText } from "../people/population.ts";
import type { Settings } from "../policy/types.ts";

type Provider = Settings["identityProviders"][number];

/** The identity provider that fills a synced group, or null where the organisation file names none. */
export function providerOfGroup(settings: Settings, population: Population, group: number): Provider | null {
  const named = settings.identityProviders.find((provider) => provider.groups.has(group));
  if (named !== undefined) return named;
  return population.header.groups[group]?.synced === true ? onlyProvider(settings) : null;
}

/** The identity provider that keeps a synced account, or null where the organisation file does not tell. */
export function providerOfPerson(settings: Settings, population: Population, person: number): Provider | null {
  const domain = sharedText(population, "emailDomain", person);
  const named = settings.identityProviders.find(
    (provider) => domain !== null && provider.emailDomains.includes(domain),
  );
  return named ?? onlyProvider(settings);
}

function onlyProvider(settings: Settings): Provider | null {
  return settings.identityProviders.length === 1 ? (settings.identityProviders[0] ?? null) : null;
}
