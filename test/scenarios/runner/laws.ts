import { everyChange } from "../../../src/model/plan-changes.ts";
import { join } from "node:path";
import { expect } from "vitest";
import { inverseOf } from "../../../src/plan/inverse.ts";
import { plan as isPlan, runResult as isRunResult } from "../../../src/documents/validators.generated.cjs";
import { anchorsOf, verifyAuditFile } from "../../../src/ledger/audit-file.ts";
import { eachBit } from "../../../src/model/bits.ts";
import type { Operation, Plan, RunResult } from "../../../src/model/documents.generated.ts";
import type { Population } from "../../../src/people/population.ts";
import { isPaidInstance, seatsOf } from "../../../src/people/seats.ts";
import { findAccount } from "../../../src/simulator/edit.ts";
import { seatHolders } from "../../../src/simulator/roles.ts";
import type { RecordedRequest } from "../../../src/simulator/server.ts";
import type { World } from "../../../src/simulator/world.ts";
import type { WorldNames } from "./names.ts";
import { operationWords } from "./plan-golden.ts";

/** What holds in every scenario, whatever its rule. Each throws where the law is broken. */

/** A plan keeps to its schema. */
export function keepsToSchema(plan: Plan): void {
  expect(isPlan(plan), `the plan keeps to its schema: ${JSON.stringify(isPlan.errors)}`).toBe(true);
}

/** Nobody the plan calls protected loses anything, and nobody exempt from a policy is changed by it. */
export function sparesWhomItNames(plan: Plan, names: WorldNames): void {
  for (const { kind, accountId, policy } of plan.heldBack) {
    const taken = plan.changes.filter((change) => change.accountId === accountId && change.direction === "take");
    const mine = taken.filter(({ policies }) => policies.some((reason) => reason.policy === policy));
    const wrong = kind === "protected" ? taken : kind === "exempt" ? mine : [];
    expect(wrong.length, `${names.person(accountId)} is ${kind} and loses something`).toBe(0);
  }
}

/** Our idea of who holds a seat is the simulator's own: whoever we count holds one, whoever holds one we count or doubt. */
export function seesRealSeats(population: Population, world: World, names: WorldNames): void {
  const { holders } = seatsOf(population);
  population.header.instances.forEach(({ id }, instance) => {
    if (!isPaidInstance(population, instance)) return;
    const people = (bits: Uint32Array | undefined): readonly string[] => {
      const found: string[] = [];
      if (bits !== undefined) eachBit(bits, (person) => found.push(names.person(population.text("id", person) ?? "")));
      return found.sort();
    };
    const real = [...seatHolders(world, id)].map(names.person).sort();
    const ours = people(holders[instance]?.yes);
    const doubted = people(holders[instance]?.unknown);
    const seen = [...ours, ...doubted.filter((person) => real.includes(person))].sort();
    expect(seen, `who holds a seat on ${names.instance(id)}`).toEqual(real);
  });
}

/** Where everything was carried out, as many seats are left as the plan promised. */
export function keepsItsPromise(plan: Plan, result: RunResult, world: World, names: WorldNames): void {
  if (result.outcomes.some(({ outcome }) => outcome !== "done")) return;
  // What an override let through is not among the seats that the plan counts.
  if (result.outcomes.length !== plan.changes.length) return;
  for (const { instance, after, unknown } of plan.seats) {
    if (unknown > 0) continue;
    expect(seatHolders(world, instance).size, `seats left on ${names.instance(instance)}`).toBe(after);
  }
}

/** The audit log of a run is whole, and its result keeps to the schema. */
export async function leavesProof(ledger: string, result: RunResult): Promise<void> {
  expect(isRunResult(result), `the result keeps to its schema: ${JSON.stringify(isRunResult.errors)}`).toBe(true);
  const path = join(ledger, "audit", `${result.run}.jsonl`);
  const { verdict } = await verifyAuditFile(path, await anchorsOf(path));
  expect(verdict, "the audit log verifies").toMatchObject({ ok: true, finished: true, head: result.auditHead });
}

/** Every request that writes is an operation of the plan, or puts one back of a change that failed half-way. */
export function writesOnlyApproved(
  requests: readonly RecordedRequest[],
  plan: Plan,
  result: RunResult | null,
  names: WorldNames,
): void {
  const halfWay = new Set(
    result?.outcomes.flatMap(({ change, outcome }) => (putsBack.includes(outcome) ? [change] : [])),
  );
  const approved = new Set(
    everyChange(plan).flatMap(({ id, accountId, operations }) => {
      const inverse = halfWay.has(id) ? operations.map(inverseOf).filter((operation) => operation !== null) : [];
      return [...operations, ...inverse].map((operation) => wordsFor(accountId, operation, names));
    }),
  );
  const made = writesOf(requests).map((request) => writeWords(request, names));
  const beyond = made.filter((words) => !approved.has(words));
  expect(beyond, "requests that write and are not approved").toEqual([]);
}

/** What is taken is taken before anything is given, but inside one change. */
export function takesBeforeItGives(requests: readonly RecordedRequest[], plan: Plan, names: WorldNames): void {
  const directions = new Map<string, Plan["changes"][number]["direction"]>(
    everyChange(plan).flatMap(({ accountId, direction, operations }) =>
      operations.map((operation) => [wordsFor(accountId, operation, names), direction] as const),
    ),
  );
  const made = writesOf(requests).map((request) => directions.get(writeWords(request, names)));
  expect(made.lastIndexOf("take"), "the last removal comes before the first addition").toBeLessThan(
    made.includes("give") ? made.indexOf("give") : made.length,
  );
}

/** Nobody of these is in a change or in a request that writes. */
export function leavesAlone(
  people: readonly string[],
  plan: Plan,
  requests: readonly RecordedRequest[],
  world: World,
): void {
  const written = JSON.stringify(writesOf(requests).map(({ path, body }) => [decodeURIComponent(path), body]));
  for (const person of people) {
    const { accountId } = findAccount(world, person);
    const changes = plan.changes.filter((change) => change.accountId === accountId);
    expect(changes, `${person} is in no change`).toEqual([]);
    expect(written.includes(accountId), `${person} is in a request that writes`).toBe(false);
  }
}

/** Requests that change something. Whatever is no search and no GET counts. */
export function writesOf(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.filter(({ method, pattern }) => method !== "GET" && !/\/(search|workspaces)$/.test(pattern));
}

const putsBack: readonly string[] = ["failed-restored", "partial"];

/** Who and what, without the message of a deactivation, which is not read out of requests. */
function wordsFor(accountId: string, operation: Operation, names: WorldNames): string {
  const { message: _, ...plain } = operation;
  return `${names.person(accountId)}: ${operationWords(plain, names)}`;
}

const account = "(?<person>[^/]+)";
const directory = "/directories/(?<directory>[^/]+)";
const group = `${directory}/groups/(?<group>[^/]+)/memberships`;

const writes: readonly (readonly [method: string, path: RegExp, kind: Operation["kind"]])[] = [
  ["DELETE", new RegExp(`${group}/${account}$`), "leaveGroup"],
  ["POST", new RegExp(`${group}$`), "joinGroup"],
  ["POST", new RegExp(`/users/${account}/roles/assign$`), "assignRole"],
  ["POST", new RegExp(`/users/${account}/roles/revoke$`), "revokeRole"],
  ["POST", new RegExp(`${directory}/users/${account}/suspend$`), "suspend"],
  ["POST", new RegExp(`${directory}/users/${account}/restore$`), "restore"],
  ["DELETE", new RegExp(`${directory}/users/${account}$`), "removeFromDirectory"],
  ["POST", new RegExp(`/users/${account}/manage/lifecycle/disable$`), "deactivate"],
  ["POST", new RegExp(`/users/${account}/manage/lifecycle/enable$`), "activate"],
];

/** A request as the operation it carries out, read from what was sent and not from what sent it. */
function writeWords({ method, path, body }: RecordedRequest, names: WorldNames): string {
  const plain = decodeURIComponent(path);
  for (const [wanted, pattern, kind] of writes) {
    const found = method === wanted ? pattern.exec(plain)?.groups : undefined;
    if (found === undefined) continue;
    const sent = (body ?? {}) as { readonly accountId?: string; readonly role?: string; readonly resource?: string };
    const { person = sent.accountId ?? "", ...where } = found;
    const { role, resource: instance } = sent;
    const operation = { kind, ...where, ...(role === undefined ? {} : { role, instance }) } as Operation;
    return wordsFor(person, operation, names);
  }
  return `${method} ${plain}`;
}
