import { beforeAll, describe, expect, test } from "vitest";
import { callProcedure, listProcedures } from "./call-procedure.ts";
import { procedureProbes } from "./procedure-probes.ts";
import { contentsOf, findLeak, type TwoTenants, twoTenants } from "./two-tenants.ts";

const procedures = listProcedures();
let world: TwoTenants;

beforeAll(async () => {
  world = await twoTenants();
});

test("every procedure has a probe, and every probe a procedure", () => {
  expect(procedures.length).toBeGreaterThan(40);
  expect(Object.keys(procedureProbes).sort()).toEqual(procedures.map(({ path }) => path).sort());
});

/** The attack must be refused with this code, show nothing and change nothing. */
async function expectHarmless(attack: () => ReturnType<typeof callProcedure>, codes: readonly string[]) {
  const before = await contentsOf(world.victim);
  const outcome = await attack();
  expect(codes, JSON.stringify(outcome)).toContain(outcome.code);
  expect(findLeak(outcome.answer)).toBeNull();
  expect(await contentsOf(world.victim)).toBe(before);
}

describe.each(procedures.filter(({ path }) => path in procedureProbes))("$path", ({ path, kind }) => {
  const probe = procedureProbes[path];
  if (!probe) return;
  const inputOf = (owner: "victim" | "attacker") => probe.input?.(world[owner].ids);

  test("without a session", async () => {
    const codes = probe.for === "public" ? ["OK", "NOT_FOUND"] : ["UNAUTHORIZED"];
    await expectHarmless(() => callProcedure(path, null, world.victim.workspace.slug, inputOf("victim")), codes);
  });

  test("somebody from another workspace names the victim's workspace", async () => {
    const codes = probe.for === "workspace" ? ["NOT_FOUND"] : ["OK", "NOT_FOUND", "FORBIDDEN"];
    const attack = () => callProcedure(path, world.attacker.owner, world.victim.workspace.slug, inputOf("victim"));
    // What a token's holder is told of an invitation to somebody else is its address, which he needs to know.
    if (path === "invites.accept") expect((await attack()).code).toBe("FORBIDDEN");
    else await expectHarmless(attack, codes);
  });

  if (probe.for !== "workspace") return;

  test("somebody names the victim's rows from his own workspace", async () => {
    const codes = probe.namesRows
      ? ["NOT_FOUND"]
      : ["OK", "CONFLICT", "BAD_REQUEST", "UNPROCESSABLE_CONTENT", "BAD_GATEWAY", "SERVICE_UNAVAILABLE"];
    await expectHarmless(() => callProcedure(path, world.attacker.owner, world.attacker.workspace.slug, inputOf("victim")), codes);
  });

  test("a removed member whose browser is still signed in", async () => {
    await expectHarmless(() => callProcedure(path, world.removed, world.victim.workspace.slug, inputOf("victim")), ["NOT_FOUND"]);
  });

  test("a viewer", async () => {
    const call = () => callProcedure(path, world.viewer, world.victim.workspace.slug, inputOf("victim"));
    if (probe.viewer === "may not") {
      const before = await contentsOf(world.victim);
      expect((await call()).code).toBe("FORBIDDEN");
      expect(await contentsOf(world.victim)).toBe(before);
    } else if (path !== "workspaces.leave") {
      // What a viewer may do only reads.
      expect(kind).toBe("query");
      expect((await call()).code).toBe("OK");
    }
  });
});

test("the probes would see a leak and a change", async () => {
  const { owner, workspace, ids } = world.victim;
  for (const path of [
    "workspaces.get",
    "members.list",
    "repositories.list",
    "sessions.get",
    "sessions.diff",
    "providers.keys",
    "audit.list",
  ]) {
    const outcome = await callProcedure(path, owner, workspace.slug, procedureProbes[path]?.input?.(ids));
    expect(findLeak(outcome.answer), path).not.toBeNull();
  }
  const before = await contentsOf(world.victim);
  await callProcedure("sessions.rename", owner, workspace.slug, { sessionId: ids.sessionId, title: "Another" });
  expect(await contentsOf(world.victim)).not.toBe(before);
});

// Last, because they change things: the same inputs are valid, so the refusals above were about who asked.
describe("the owner may do what the probes asked for", () => {
  const last = ["sessions.archive", "repositories.remove", "members.remove", "workspaces.leave"];
  const paths = Object.keys(procedureProbes).filter((path) => procedureProbes[path]?.for === "workspace" && !last.includes(path));
  test.each([...paths, ...last])("%s", async (path) => {
    const outcome = await callProcedure(
      path,
      world.victim.owner,
      world.victim.workspace.slug,
      procedureProbes[path]?.input?.(world.victim.ids),
    );
    const refusals = ["NOT_FOUND", "FORBIDDEN", "UNAUTHORIZED", "INTERNAL_SERVER_ERROR"];
    expect(refusals, JSON.stringify(outcome.answer)).not.toContain(outcome.code);
    // The probe's key is refused by nobody's provider, and the last owner stays: everything else has to work.
    const mayFail = [
      "providers.addKey",
      "searchKeys.add",
      "providers.testKey",
      "mcp.startSignIn",
      "mcp.finishSignIn",
      "sessions.retryTurn",
      "sessions.answerPermission",
      "sessions.answerQuestion",
      "workspaces.leave",
      // The probe's session has a turn that waits, and has not worked yet.
      "sessionWork.previewRevert",
      "sessionWork.revert",
      "sessionWork.unrevert",
      "sessionWork.push",
      "sessions.compact",
    ];
    if (!mayFail.includes(path)) expect(outcome.code, JSON.stringify(outcome.answer)).toBe("OK");
  });

  test("a viewer may leave", async () => {
    expect((await callProcedure("workspaces.leave", world.viewer, world.victim.workspace.slug, undefined)).code).toBe("OK");
    expect((await callProcedure("workspaces.get", world.viewer, world.victim.workspace.slug, undefined)).code).toBe("NOT_FOUND");
  });
});
