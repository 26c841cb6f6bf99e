import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkApproval } from "../../src/apply/check-approval.ts";
import type { Approval, ApprovalSignature, Approver, Plan } from "../../src/model/documents.generated.ts";
import { planDigest } from "../../src/plan/digest.ts";
import { type Statement, statementText, verifiedApproval } from "../../src/review/signed-approval.ts";
import { createSshSignatures } from "../../src/ssh/signatures.ts";
import { changeFor, planTime, planWith, policyDigest } from "../support/apply.ts";
import { needs } from "../support/needs.ts";
import { organizationId } from "../support/organization.ts";
import { makeSshKey, type SshKey } from "../support/ssh-keys.ts";

const ssh = createSshSignatures();
const plan = planWith([changeFor("a-1")]);
const other = planWith([changeFor("a-2")]);
const at = "2026-11-20T07:00:00Z";

needs("ssh-keygen").describe("an approval file", () => {
  const folder = mkdtempSync(join(tmpdir(), "seatwright-keys-"));
  const keys = new Map<string, SshKey>();
  let approvers: readonly Approver[] = [];

  beforeAll(() => {
    for (const login of ["ada", "bob", "cy", "eve"]) {
      keys.set(login, makeSshKey(folder, login, login === "bob" ? "ecdsa" : "ed25519"));
    }
    approvers = ["ada", "bob", "cy"].map((login) => ({ login, keys: [keys.get(login)?.publicKey ?? ""] }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** One person's word on a plan; `as` makes it with somebody else's key. */
  async function signed(
    by: string,
    more: Partial<Statement> & { readonly of?: Plan; readonly with?: string } = {},
  ): Promise<ApprovalSignature> {
    const { of = plan, with: holder = by, ...rest } = more;
    const statement: Statement = { by, word: "approve", limits: [], reason: "read it", at, ...rest };
    const signature = await ssh.sign(statementText(of, statement), keys.get(holder)?.file ?? "");
    return { ...statement, key: "whatever", signature };
  }

  function fileWith(signatures: readonly ApprovalSignature[], more: Partial<Approval> = {}): Approval {
    const [first, ...rest] = signatures;
    return {
      kind: "approval",
      version: 1,
      organization: organizationId,
      planDigest: plan.digest,
      made: "file",
      approvers: ["somebody"],
      reason: "none",
      at,
      overrides: [],
      ...(first === undefined ? {} : { signatures: [first, ...rest] }),
      ...more,
    };
  }

  const verified = (file: Approval, of: Plan = plan): Promise<Approval> => verifiedApproval(file, of, approvers, ssh);

  it("that two approvers signed is their approval, and nobody else's", async () => {
    const approval = await verified(fileWith([await signed("bob"), await signed("ada", { reason: "agreed" })]));
    expect(approval).toMatchObject({
      made: "file",
      approvers: ["ada", "bob"],
      reason: "agreed; read it",
      overrides: [],
    });
    expect(approval.breakGlass).toBeUndefined();
    expect(approval.signatures?.map(({ key }) => key)).toEqual(approvers.slice(0, 2).map((each) => each.keys[0]));
  });

  it("is worth what its signatures say: names, overrides and the absence of break-glass written around them are not believed", async () => {
    const override = { limit: "perRun.percent", planDigest: plan.digest, by: "zoe", reason: "x" };
    const approval = await verified(
      fileWith([await signed("ada")], { approvers: ["ada", "bob"], overrides: [override], breakGlass: false }),
    );
    expect(approval).toMatchObject({ approvers: ["ada"], overrides: [], breakGlass: true });
  });

  it.each([
    ["made with another person's key", () => signed("ada", { with: "eve" }), /does not fit/],
    ["made with another approver's key", () => signed("ada", { with: "bob" }), /does not fit/],
    ["by nobody in approvers", () => signed("eve"), /not one of the `approvers`/],
    ["of another plan", () => signed("ada", { of: other }), /does not fit/],
    ["whose reason was changed", async () => ({ ...(await signed("ada")), reason: "changed" }), /does not fit/],
    [
      "whose word was changed",
      async () => ({
        ...(await signed("ada", { word: "override", limits: ["perRun.percent"] })),
        word: "approve" as const,
      }),
      /does not fit/,
    ],
  ])("with a signature %s is refused, whoever else signed it", async (_, make, message) => {
    await expect(verified(fileWith([await signed("bob"), await make()]))).rejects.toMatchObject({
      reason: "notApproved",
      message: expect.stringMatching(message),
    });
  });

  it("takes no signature that was made for another purpose with the same key", async () => {
    const { file } = keys.get("ada") ?? { file: "" };
    const statement: Statement = { by: "ada", word: "approve", limits: [], reason: "read it", at };
    const signature = execFileSync(needs("ssh-keygen").path ?? "", ["-q", "-Y", "sign", "-f", file, "-n", "git"], {
      input: statementText(plan, statement),
      encoding: "utf8",
    });
    await expect(verified(fileWith([{ ...statement, key: "", signature }]))).rejects.toThrow("does not fit");
  });

  it("counts somebody once: the same person twice is refused, whatever the capitals", async () => {
    const twice = [await signed("ada"), await signed("ADA", { with: "ada" })];
    await expect(verified(fileWith(twice))).rejects.toThrow("ada signed the approval file twice");
  });

  it("of another plan or organisation is refused", async () => {
    const file = fileWith([await signed("ada"), await signed("bob")]);
    await expect(verified(file, other)).rejects.toThrow("The approval file is of");
    await expect(verified({ ...file, organization: "another" })).rejects.toThrow("in organisation another");
  });

  it("without a signature, or without anybody in approvers, is refused", async () => {
    await expect(verified(fileWith([]))).rejects.toThrow("holds no signature");
    const file = fileWith([await signed("ada")]);
    await expect(verifiedApproval(file, plan, [], ssh)).rejects.toThrow("lists nobody under `approvers`");
  });

  it("lets a limit pass by the word of somebody who did not approve, and never by that word alone", async () => {
    const override = await signed("cy", { word: "override", limits: ["perRun.percent"], reason: "site closed" });
    const approval = await verified(fileWith([await signed("ada"), await signed("bob"), override]));
    expect(approval.overrides).toEqual([
      { limit: "perRun.percent", planDigest: plan.digest, by: "cy", reason: "site closed" },
    ]);
    await expect(verified(fileWith([override]))).rejects.toThrow("nobody in it approves");
  });

  it("is a review for two people and break-glass for one when the plan is applied", async () => {
    const context = { organizationId, power: "act", policyDigest, now: planTime + 60 } as const;
    const two = await verified(fileWith([await signed("ada"), await signed("bob")]));
    expect(() => checkApproval(plan, two, context)).not.toThrow();
    expect(() => checkApproval(plan, { ...two, approvers: ["ada", "ADA"] }, context)).toThrow("of one person");
    const one = await verified(fileWith([await signed("ada")]));
    expect(() => checkApproval(plan, one, context)).not.toThrow();
  });

  it("signed by one person never releases somebody protected", async () => {
    const held = planWith([changeFor("a-1")]);
    const duty = { ...held, protectedDuties: [changeFor("a-9", { purpose: "duty" })] };
    const guarded = { ...duty, digest: planDigest(duty) };
    const words = [
      await signed("ada", { of: guarded }),
      await signed("cy", { of: guarded, word: "override", limits: ["protected"] }),
    ];
    const context = { organizationId, power: "act", policyDigest, now: planTime + 60 } as const;
    const alone = await verified(fileWith(words, { planDigest: guarded.digest }), guarded);
    expect(() => checkApproval(guarded, alone, context)).toThrow("Whoever is protected");
    const both = [...words, await signed("bob", { of: guarded })];
    const review = await verified(fileWith(both, { planDigest: guarded.digest }), guarded);
    expect(() => checkApproval(guarded, review, context)).not.toThrow();
  });

  it("says what is missing where there is no ssh-keygen", async () => {
    const missing = createSshSignatures({ program: join(folder, "no-such-program") });
    await expect(missing.verify("a", "b", ["ssh-ed25519 AAAA"])).rejects.toMatchObject({
      reason: "usage",
      remedy: expect.stringContaining("openssh-client"),
    });
  });

  it("is not signed with a key that is not there", async () => {
    await expect(ssh.sign("text", join(folder, "nobody"))).rejects.toMatchObject({
      reason: "credentials",
      message: expect.stringContaining("could not sign"),
    });
  });
});
