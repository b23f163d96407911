import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PermissionRule, RuleLayer } from "../contract.ts";
import { decide } from "../decide.ts";
import { type EffectBed, evasionsOf, makeEffectBed, readEvasions } from "../testing.ts";
import { shellSubject } from "./shell-subject.ts";

const allow: PermissionRule = { permission: "*", pattern: "*", action: "allow" };
const rules: Readonly<Record<"rm" | "edit", RuleLayer>> = {
  rm: { layer: "workspace", rules: [allow, { permission: "bash", pattern: "rm *", action: "deny" }] },
  edit: { layer: "workspace", rules: [allow, { permission: "edit", pattern: "*", action: "deny" }] },
};

const rows = readEvasions();

test("no way round a rule is simply allowed", async () => {
  const through: string[] = [];
  for (const { class: kind, command } of rows) {
    if (decide(await shellSubject(command), [rules[kind]]).action === "allow") through.push(`${kind}: ${command}`);
  }
  expect(through).toEqual([]);
});

describe("what parsing could miss", () => {
  let bed: EffectBed;
  beforeAll(async () => {
    bed = await makeEffectBed();
  });
  afterAll(() => bed.remove());

  const sample = (kind: "rm" | "edit") => evasionsOf(kind).filter((_, index) => index % 36 === 0);

  test("takes effect when it is run as it is, and none on a workspace that is mounted read-only", async () => {
    const held: string[] = [];
    const free: string[] = [];
    for (const command of [...sample("rm"), ...sample("edit")]) {
      if ((await bed.run(command)) !== "untouched") free.push(command);
      if ((await bed.run(command, { workspace: "read-only" })) !== "untouched") held.push(command);
    }
    expect(held).toEqual([]);
    expect(free.length).toBeGreaterThan(5);
  });
});
