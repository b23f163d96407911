import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PermissionRule, RuleLayer } from "../contract.ts";
import { decide } from "../decide.ts";
import { platformLayer } from "../platform-rules.ts";
import { shellSubject } from "./shell-subject.ts";

const allow: PermissionRule = { permission: "*", pattern: "*", action: "allow" };
const noRemoval: RuleLayer = { layer: "workspace", rules: [allow, { permission: "bash", pattern: "rm *", action: "deny" }] };
const noEdit: RuleLayer = { layer: "workspace", rules: [allow, { permission: "edit", pattern: "*", action: "deny" }] };
const decideOn = async (script: string, rules: RuleLayer) => decide(await shellSubject(script), [rules]).action;

/** One script a line. */
const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");

// Scripts of several lines; the fixtures hold those of one.
const multiline = [
  "bash <<'EOF'\nrm F\nEOF",
  "cat <<EOF\n$(rm F)\nEOF",
  "python3 - <<'EOF'\nimport os\nEOF",
  "r\\\nm F",
  "ls\nrm F",
  "ls # comment\nrm F",
  "case x in\nx) rm F ;;\nesac",
  "sh -c '\nls\nrm F\n'",
  "ls\rrm F",
];

const editMultiline = ["cat > F <<'EOF'\nx\nEOF", "cat <<EOF > F\nx\nEOF", "cat <<EOF | tee F\nx\nEOF", "git apply <<'EOF'\nx\nEOF"];

describe("a removal does not get past a rule against rm", () => {
  test.each([...fixture("removals"), ...multiline])("%s", async (script) => {
    expect(await decideOn(script, noRemoval)).not.toBe("allow");
  });
});

describe("a write does not get past a rule against edits", () => {
  test.each([...fixture("edits"), ...editMultiline])("%s", async (script) => {
    expect(await decideOn(script, noEdit)).not.toBe("allow");
  });
});

const particular = (pattern: string): RuleLayer => ({
  layer: "workspace",
  rules: [allow, { permission: "edit", pattern, action: "deny" }],
});

describe("a write does not get past a rule against one file", () => {
  test.each(fixture("particular-edits"))("%s", async (script) => {
    expect(await decideOn(script, particular("config/prod.yml"))).not.toBe("allow");
  });
  test.each([...fixture("edits"), ...editMultiline])("%s, F alone and in a directory", async (script) => {
    const here = script.replaceAll("src", ".");
    expect(await decideOn(here, particular("F"))).not.toBe("allow");
    expect(await decideOn(`cd dir && ${here.replace("/workspace/", "")}`, particular("dir/F"))).not.toBe("allow");
  });
});

describe("a write elsewhere is not asked for the sake of one file", () => {
  test.each(fixture("other-edits"))("%s", async (script) => {
    expect(await decideOn(script, particular("config/prod.yml"))).toBe("allow");
  });
});

describe("what only looks like it is not asked", () => {
  test.each(fixture("harmless"))("%s", async (script) => {
    const decision = decide(await shellSubject(script), [platformLayer]);
    expect(decision).toMatchObject({ action: "allow" });
  });
});

test("a script is judged in well under a millisecond, and a hostile one does not hold the process up", async () => {
  await shellSubject("ls");
  const before = performance.now();
  for (let round = 0; round < 200; round++) await shellSubject("cd src && npm test -- --grep x 2>&1 | tail -20 > /dev/null");
  expect((performance.now() - before) / 200).toBeLessThan(5);
  const long = performance.now();
  await shellSubject(`${"echo $(".repeat(2_000)}ls${")".repeat(2_000)}`);
  await shellSubject("a;".repeat(20_000));
  await shellSubject(`sh -c ${"'\"".repeat(5_000)}`);
  expect((await shellSubject("a|".repeat(50_000))).unjudgeable).toHaveLength(1);
  expect(performance.now() - long).toBeLessThan(10_000);
  expect((await shellSubject("rm x")).targets).toEqual(["rm x"]);
});

test("what a script touches is named as rules name it", async () => {
  expect(await shellSubject("cd src && rm 'a b.ts' > ../log.txt < .env")).toMatchObject({
    permission: "bash",
    targets: ["cd src", "rm a b.ts"],
    also: [
      { permission: "edit", targets: expect.arrayContaining(["log.txt"]) },
      { permission: "read", targets: [".env"] },
    ],
  });
  expect(await shellSubject("echo x > /etc/hosts")).toMatchObject({
    also: [
      { permission: "edit", targets: ["/etc/hosts"] },
      { permission: "external_directory", targets: ["/etc/*"] },
    ],
  });
  expect(await shellSubject("git mv a b")).toMatchObject({ targets: ["git mv a b"], aliases: { "git mv a b": ["rm a"] } });
});
