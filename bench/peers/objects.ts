import { type Person, peopleOf } from "../facts.ts";
import type { Frame } from "../frame.ts";
import { createOrganisation } from "../organisation.ts";
import { questionOf } from "../selection.ts";
import type { Peer, PeerInput } from "./peer.ts";
import {
  abroad,
  adminsWithoutMfa,
  discoveryUnused,
  dormant,
  engineersOnCall,
  externalAddresses,
  freemailWiki,
  isBreakGlass,
  isMachine,
  labs,
  legacyContractors,
  nested,
  neverOpened,
  outsidersGone,
  partners,
  quietAgents,
  quietProductAdmins,
  suspendedMembers,
  outsideAgents,
  unusedConfluence,
  unusedJira,
} from "./rules.ts";
import {
  ago,
  bitbucket,
  confluence,
  desk,
  discovery,
  inactive,
  jira,
  lesser,
  memberOf,
  no,
  type Truth,
  truthOf,
  unknown,
  yes,
} from "./truths.ts";

type Groups = Frame["at"];

/** Whom a policy selects on one app, or among people, and of whom that cannot be told. */
interface Result {
  readonly question: string;
  readonly selected: number[];
  readonly unknown: number[];
}

function resultOf(policy: string, app: number | null): Result {
  return { question: questionOf(policy, app), selected: [], unknown: [] };
}

function noResults() {
  return {
    unusedJira: resultOf("unused-jira", jira),
    unusedConfluence: resultOf("unused-confluence", confluence),
    neverOpenedJira: resultOf("never-opened", jira),
    neverOpenedConfluence: resultOf("never-opened", confluence),
    quietAgents: resultOf("quiet-agents", desk),
    quietCode: resultOf("quiet-code", bitbucket),
    discovery: resultOf("discovery", discovery),
    freemailWiki: resultOf("freemail-wiki", confluence),
    partnersJira: resultOf("partners", jira),
    partnersConfluence: resultOf("partners", confluence),
    partnersDesk: resultOf("partners", desk),
    abroad: resultOf("abroad", jira),
    labs: resultOf("labs", confluence),
    nested: resultOf("nested", jira),
    outsidersGone: resultOf("outsiders-gone", null),
    dormant: resultOf("dormant", null),
    suspendedMembers: resultOf("suspended-members", null),
    adminsWithoutMfa: resultOf("admins-without-mfa", null),
    quietProductAdmins: resultOf("quiet-product-admins", null),
    externalAddresses: resultOf("external-addresses", null),
    legacyContractors: resultOf("legacy-contractors", null),
    engineersOnCall: resultOf("engineers-on-call", null),
    outsideAgents: resultOf("outside-agents", null),
  };
}

function keep(result: Result, truth: Truth, position: number): void {
  (truth === yes ? result.selected : result.unknown).push(position);
}

function isExempt(person: Person): boolean {
  return isMachine(person) !== no || isBreakGlass(person) !== no;
}

function usual(result: Result, truth: Truth, person: Person, position: number): void {
  if (truth === unknown || (truth === yes && !isExempt(person))) keep(result, truth, position);
}

function unlessLeader(result: Result, truth: Truth, person: Person, position: number, at: Groups): void {
  if (truth !== yes || memberOf(person, at.leadership) === no) usual(result, truth, person, position);
}

function unlessOnCall(result: Result, truth: Truth, person: Person, position: number, at: Groups): void {
  if (truth !== yes || memberOf(person, at["on-call"]) === no) unlessLeader(result, truth, person, position, at);
}

/** One look at a person, which answers every policy. */
function look(person: Person, position: number, at: Groups, to: ReturnType<typeof noResults>): void {
  const onJira = truthOf(person.seats[jira]);
  if (onJira !== no) {
    unlessLeader(to.unusedJira, lesser(onJira, unusedJira(person, at)), person, position, at);
    unlessOnCall(to.neverOpenedJira, lesser(onJira, neverOpened(person, jira)), person, position, at);
    usual(to.partnersJira, lesser(onJira, partners(person, jira, at)), person, position);
    usual(to.abroad, lesser(onJira, abroad(person)), person, position);
    usual(to.nested, lesser(onJira, nested(person, at)), person, position);
  }
  const onWiki = truthOf(person.seats[confluence]);
  if (onWiki !== no) {
    unlessLeader(to.unusedConfluence, lesser(onWiki, unusedConfluence(person, at)), person, position, at);
    unlessOnCall(to.neverOpenedConfluence, lesser(onWiki, neverOpened(person, confluence)), person, position, at);
    usual(to.freemailWiki, lesser(onWiki, freemailWiki(person)), person, position);
    usual(to.partnersConfluence, lesser(onWiki, partners(person, confluence, at)), person, position);
    usual(to.labs, lesser(onWiki, labs(person, at)), person, position);
  }
  const onDesk = truthOf(person.seats[desk]);
  if (onDesk !== no) {
    usual(to.quietAgents, lesser(onDesk, quietAgents(person)), person, position);
    usual(to.partnersDesk, lesser(onDesk, partners(person, desk, at)), person, position);
  }
  usual(to.quietCode, inactive(person, bitbucket, "unused", ago(180)), person, position);
  const onDiscovery = truthOf(person.seats[discovery]);
  if (onDiscovery !== no) usual(to.discovery, lesser(onDiscovery, discoveryUnused(person)), person, position);
  usual(to.outsidersGone, outsidersGone(person), person, position);
  usual(to.dormant, dormant(person), person, position);
  usual(to.suspendedMembers, suspendedMembers(person, at), person, position);
  usual(to.adminsWithoutMfa, adminsWithoutMfa(person), person, position);
  usual(to.quietProductAdmins, quietProductAdmins(person), person, position);
  usual(to.externalAddresses, externalAddresses(person, at), person, position);
  usual(to.legacyContractors, legacyContractors(person, at), person, position);
  usual(to.engineersOnCall, engineersOnCall(person, at), person, position);
  usual(to.outsideAgents, outsideAgents(person, at), person, position);
}

/** A loop over plain objects, written by hand for these policies. */
export async function loadObjects({ people, seed }: PeerInput): Promise<Peer> {
  const organisation = createOrganisation(people, seed);
  const everybody = [...peopleOf(organisation)];
  const { at } = organisation.frame;
  return {
    answer() {
      const start = performance.now();
      const results = noResults();
      everybody.forEach((person, position) => look(person, position, at, results));
      return { milliseconds: performance.now() - start, found: () => Object.values(results) };
    },
  };
}
