import { stableUuid } from "./ids.ts";

/** Short names for tests and the ids that follow from them, always the same ones. */

const shortApps: Readonly<Record<string, string>> = {
  jira: "jira-software",
  jsm: "jira-servicedesk",
  jpd: "jira-product-discovery",
};

/** The app key of a short name: `jira` is `jira-software`; what isn't short stays as it is. */
export function appKeyOf(app: string): string {
  return shortApps[app] ?? app;
}

/** `jira@acme` as app key and site. */
export function splitInstance(name: string): { readonly app: string; readonly site: string } {
  const [app, site] = name.split("@");
  if (app === undefined || app === "" || site === undefined || site === "") {
    throw new Error(`${name} is no instance: write it like jira@acme`);
  }
  return { app: appKeyOf(app), site };
}

/** The ARI of `jira@acme`. All apps of a site share its cloud id. */
export function instanceIdOf(name: string): string {
  const { app, site } = splitInstance(name);
  if (app === "bitbucket") return `ari:cloud:bitbucket::workspace/${stableUuid(`workspace ${site}`)}`;
  return `ari:cloud:${app}::site/${cloudIdOf(site)}`;
}

export function cloudIdOf(site: string): string {
  return stableUuid(`site ${site}`);
}

export function directoryIdOf(name: string): string {
  return stableUuid(`directory ${name}`);
}

/** The id of a group; the directory matters, since two may have groups of one name. */
export function groupIdOf(name: string, directory = "main"): string {
  return stableUuid(`group ${directory} ${name}`);
}

export function accountIdOf(email: string): string {
  return `712020:${stableUuid(`account ${email.toLowerCase()}`)}`;
}

/** `user` is `atlassian/user`. */
export function roleIdOf(role: string): string {
  return role.includes("/") ? role : `atlassian/${role}`;
}
