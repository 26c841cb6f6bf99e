import type { CertificateCheck } from "../model/documents.generated.ts";
import { ORG_ADMIN } from "./admins.ts";
import { countNobody, countUsers } from "./counts.ts";
import { fieldsOf, requiredList } from "./decode.ts";
import { endpoints, EVERY_DIRECTORY, labelOf } from "./endpoints.ts";
import { failureOf } from "./failures.ts";
import type { Frame } from "./frame.ts";
import type { Source } from "./source.ts";
import type { PeopleRead } from "./people.ts";

/** A well-formed id that no directory has. */
const NO_DIRECTORY = "00000000-0000-4000-8000-000000000000";

/** What asking for nobody brought. */
export interface Probes {
  /** Filters that let through what they should have kept out, by name, with what shows it. */
  readonly leaks: readonly string[];
  readonly asked: number;
}

/**
 * Asks Atlassian questions whose answer must be nobody, and questions that must divide everybody. A filter that is
 * accepted and ignored answers them with people. A refusal is as good: then the filter was read.
 */
export async function probeFilters(source: Source, frame: Frame, everybody: number): Promise<Probes> {
  const instance = frame.instances.find(({ known, sandbox }, at) => known && !sandbox && !frame.nameless.includes(at));
  const questions: Promise<string | null>[] = [dividesByStatus(source, everybody)];
  if (frame.directories.length > 1) {
    questions.push(
      expectNobody(source, "directoryIds", { directoryIds: [NO_DIRECTORY] }, "in a directory that does not exist"),
    );
  }
  if (instance !== undefined) {
    const about = `with ${ORG_ADMIN}, which no app has, on ${instance.app} of ${instance.site}`;
    const filter = { resourceIds: [instance.id], roleIds: [ORG_ADMIN] };
    questions.push(expectNobody(source, "resourceIds and roleIds", filter, about));
    questions.push(expectNoGroup(source, instance.id, about));
  }
  const answers = await Promise.all(questions);
  return { leaks: answers.filter((leak) => leak !== null), asked: questions.length };
}

async function expectNobody(
  source: Source,
  filter: string,
  query: Parameters<typeof countNobody>[1],
  about: string,
): Promise<string | null> {
  const counted = (await countNobody(source, query)) ?? 0;
  return counted === 0 ? null : `${filter}: Atlassian counts ${counted} people ${about}`;
}

async function expectNoGroup({ transport, orgId }: Source, resourceId: string, about: string): Promise<string | null> {
  const parameters = { orgId, directoryId: EVERY_DIRECTORY };
  const body = { limit: 1, resourceIds: [resourceId], roleIds: [ORG_ADMIN] };
  const answer = await transport.request({ endpoint: endpoints.searchGroups, parameters, body });
  const where = { label: labelOf(endpoints.searchGroups, parameters), row: null };
  if (answer.kind === "refused" && answer.problem.status === 400) return null;
  if (answer.kind !== "ok") throw failureOf(where.label, answer);
  const groups = requiredList(fieldsOf(answer.body, "the answer", where), "data", where);
  return groups.length === 0 ? null : `resourceIds and roleIds of groups: Atlassian lists groups ${about}`;
}

/** Active and not active together are everybody; a filter that is ignored counts everybody twice. */
async function dividesByStatus(source: Source, everybody: number): Promise<string | null> {
  const [active, others] = await Promise.all([
    countUsers(source, { status: ["active"] }),
    countUsers(source, { status: ["suspended", "not_invited", "deactivated", "for_deletion"] }),
  ]);
  if (active + others < 1.5 * everybody || everybody === 0) return null;
  return `status: Atlassian counts ${active} active people and ${others} others, of ${everybody}`;
}

/** Whether filters filter: the probes, and the rows that came although they do not fit what was asked. */
export function filterCheck({ leaks, asked }: Probes, read: PeopleRead): CertificateCheck {
  const doubts = [
    ...leaks,
    ...(read.misfits === 0
      ? []
      : [`directoryIds and membershipStatus: ${read.misfits} people came who do not fit them`]),
  ];
  const message =
    doubts.length === 0
      ? `${asked} questions whose answer is known were answered rightly, and every person fits what was asked for.`
      : `Filters that Atlassian accepts and does not apply: ${doubts.join("; ")}.`;
  return { check: "filters", state: doubts.length === 0 ? "passed" : "suspect", message };
}
