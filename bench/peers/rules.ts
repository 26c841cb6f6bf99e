import type { Person } from "../facts.ts";
import type { Frame } from "../frame.ts";
import {
  ago,
  confluence,
  desk,
  discovery,
  everywhere,
  greater,
  hasOrgRole,
  heldFor,
  inactive,
  inOrgFor,
  is,
  isOneOf,
  jira,
  lesser,
  memberOf,
  memberOfEither,
  no,
  opposite,
  startsWith,
  type Truth,
  truthOf,
  unknown,
  yes,
} from "./truths.ts";

type Groups = Frame["at"];

// The policies of bench/policies by hand: cheap parts first, and no more looked at than needed.

export function unusedJira(person: Person, at: Groups): Truth {
  const managed = truthOf(person.managed);
  if (managed === no) return no;
  const unused = inactive(person, jira, "unused", ago(90));
  if (unused === no) return no;
  const onCall = memberOfEither(person, at["on-call"], at["on-call-shadow"]);
  return lesser(lesser(managed, unused), opposite(onCall));
}

export function unusedConfluence(person: Person, at: Groups): Truth {
  const managed = truthOf(person.managed);
  if (managed === no) return no;
  const unused = inactive(person, confluence, "unused", ago(120));
  if (unused === no) return no;
  const byDepartment = greater(is(person.department, "marketing"), startsWith(person.department, "legal"));
  if (byDepartment === yes) return no;
  const excused = greater(byDepartment, memberOf(person, at["writers-guild"]));
  return lesser(lesser(managed, unused), opposite(excused));
}

export function neverOpened(person: Person, app: number): Truth {
  const never = inactive(person, app, "neverActive", ago(60));
  return never === no ? no : lesser(never, heldFor(person, app, ago(60)));
}

export function quietAgents(person: Person): Truth {
  const idle = inactive(person, desk, "idle", ago(60));
  if (idle === no) return no;
  return lesser(idle, lesser(truthOf(person.isAgent), is(person.status, "active")));
}

export function discoveryUnused(person: Person): Truth {
  const unused = inactive(person, discovery, "unused", ago(60));
  return unused === no ? no : lesser(unused, opposite(startsWith(person.department, "sales")));
}

export function freemailWiki(person: Person): Truth {
  const freemail = isOneOf(person.domain, "gmail.com", "freelance.example");
  return freemail === no ? no : lesser(freemail, inactive(person, confluence, "unused", ago(30)));
}

export function partners(person: Person, app: number, at: Groups): Truth {
  const unmanaged = opposite(truthOf(person.managed));
  if (unmanaged === no) return no;
  const unused = inactive(person, app, "unused", ago(45));
  if (unused === no) return no;
  const byDomain = isOneOf(person.domain, "partner.example", "agency.example");
  const partner = byDomain === yes ? yes : greater(byDomain, isContractor(person, at));
  return lesser(lesser(unmanaged, unused), partner);
}

function isContractor(person: Person, at: Groups): Truth {
  return memberOfEither(person, at.contractors, at["contractors-legacy"]);
}

export function abroad(person: Person): Truth {
  const closing = greater(is(person.location, "kraków"), startsWith(person.location, "port"));
  if (closing === no) return no;
  const unused = inactive(person, jira, "unused", ago(60));
  return unused === no ? no : lesser(lesser(closing, unused), opposite(is(person.department, "engineering")));
}

export function labs(person: Person, at: Groups): Truth {
  if (!person.directories.includes(1)) return no;
  const unused = inactive(person, confluence, "unused", ago(90));
  if (unused === no) return no;
  // Not everybody in this group could be seen: of somebody in its directory, not being seen in it tells nothing.
  const seen = memberOf(person, at["labs-residents"]);
  return lesser(unused, opposite(seen === no ? unknown : seen));
}

export function nested(person: Person, at: Groups): Truth {
  const released = memberOf(person, at["release-tools"]);
  if (released === yes) return no;
  const idle = inactive(person, jira, "idle", ago(180));
  const long = idle === no ? no : lesser(idle, opposite(memberOf(person, at.engineering)));
  if (long === yes) return opposite(released);
  const never = inactive(person, jira, "neverActive", ago(90));
  if (never === no) return lesser(long, opposite(released));
  const elsewhere = greater(is(person.department, "finance"), is(person.location, "bern"));
  const invited = lesser(is(person.source, "invited"), opposite(elsewhere));
  return lesser(greater(long, lesser(never, invited)), opposite(released));
}

export function outsidersGone(person: Person): Truth {
  const unmanaged = opposite(truthOf(person.managed));
  if (unmanaged === no) return no;
  const active = is(person.status, "active");
  if (active === no) return no;
  const long = inOrgFor(person, ago(180));
  return long === no ? no : lesser(lesser(unmanaged, active), lesser(long, everywhere(person, "unused", ago(180))));
}

export function dormant(person: Person): Truth {
  const managed = truthOf(person.managed);
  if (managed === no) return no;
  const active = is(person.status, "active");
  if (active === no) return no;
  const idle = everywhere(person, "idle", ago(270));
  return idle === no ? no : lesser(lesser(managed, active), lesser(idle, opposite(hasOrgRole(person))));
}

export function suspendedMembers(person: Person, at: Groups): Truth {
  const suspended = is(person.status, "suspended");
  return suspended === no ? no : lesser(suspended, memberOf(person, at["release-tools"]));
}

export function adminsWithoutMfa(person: Person): Truth {
  const admin = hasOrgRole(person);
  return admin === no ? no : lesser(admin, opposite(truthOf(person.mfa)));
}

export function quietProductAdmins(person: Person): Truth {
  const admin = truthOf(person.isJiraAdmin);
  return admin === no ? no : lesser(admin, inactive(person, jira, "idle", ago(90)));
}

export function externalAddresses(person: Person, at: Groups): Truth {
  const { email } = person;
  const external = email === null ? unknown : email.startsWith("ext-") && email.includes("@", 4) ? yes : no;
  if (external === no) return no;
  const active = is(person.status, "active");
  return active === no ? no : lesser(lesser(external, active), opposite(isContractor(person, at)));
}

export function legacyContractors(person: Person, at: Groups): Truth {
  const gone = isOneOf(person.status, "suspended", "deactivated");
  return gone === no ? no : lesser(gone, memberOf(person, at["contractors-legacy"]));
}

export function engineersOnCall(person: Person, at: Groups): Truth {
  const senior = startsWith(person.jobTitle, "senior ");
  if (senior === no) return no;
  const department = is(person.department, "engineering");
  if (department === no) return no;
  const active = lesser(is(person.status, "active"), truthOf(person.managed));
  if (active === no) return no;
  const holds = greater(truthOf(person.seats[jira]), truthOf(person.seats[3]));
  const member = memberOf(person, at.engineering);
  if (holds === no || member === no) return no;
  const rest = lesser(inOrgFor(person, ago(90)), opposite(memberOf(person, at["on-call"])));
  return lesser(lesser(senior, department), lesser(lesser(active, holds), lesser(member, rest)));
}

export function outsideAgents(person: Person, at: Groups): Truth {
  const unmanaged = opposite(truthOf(person.managed));
  if (unmanaged === no) return no;
  const agent = truthOf(person.isAgentOrAdmin);
  if (agent === no) return no;
  const active = is(person.status, "active");
  if (active === no) return no;
  const held = heldFor(person, desk, ago(365));
  if (held === no) return no;
  return lesser(lesser(unmanaged, agent), lesser(lesser(active, held), opposite(isContractor(person, at))));
}

export function isMachine({ email, name }: Person): Truth {
  const byAddress =
    email === null ? unknown : email === "backup@acme.example" || email.endsWith("-bot@acme.example") ? yes : no;
  return byAddress === yes ? yes : greater(byAddress, startsWith(name, "robot "));
}

export function isBreakGlass({ email }: Person): Truth {
  return email === "break-glass@acme.example" ? yes : no;
}
