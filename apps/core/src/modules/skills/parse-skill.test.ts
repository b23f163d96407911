import { describe, expect, test } from "vitest";
import { parseSkill } from "./parse-skill.ts";
import { placeSkills } from "./place-skills.ts";
import { skillCatalogue } from "./skill-catalogue.ts";

const at = ".claude/skills/pdf/SKILL.md";
const skill = (front: string, body = "# How\nDo it.") => `---\n${front}\n---\n\n${body}\n`;

describe("a SKILL.md", () => {
  test("of the usual shape is taken without a word", () => {
    // The shape that public skills have: a licence, quotes, colons within quotes, a folded text.
    for (const front of [
      "name: pdf\ndescription: Comprehensive PDF toolkit. When Claude needs to fill in a PDF form.\nlicense: Proprietary. LICENSE.txt has complete terms",
      'name: pdf\ndescription: "Use this skill whenever: the user wants a spreadsheet (.xlsx)"\nmetadata:\n  version: "1"',
      "name: pdf\ndescription: >-\n  Folded\n  text.\nallowed-tools: Bash Read",
    ]) {
      const parsed = parseSkill(skill(front), at);
      expect(parsed.problems).toEqual([]);
      expect(parsed.skill).toMatchObject({ name: "pdf", body: "# How\nDo it." });
    }
  });

  test("with a colon in a value that is not quoted is loaded with a warning", () => {
    const parsed = parseSkill(skill("name: pdf\ndescription: Use this when: a form is to be filled in."), at);
    expect(parsed.skill).toMatchObject({ name: "pdf", description: "Use this when: a form is to be filled in." });
    expect(parsed.problems).toEqual([{ path: at, severity: "warning", message: expect.stringContaining("put it into quotes") }]);
  });

  test("with a description over 1,024 characters is loaded with a warning", () => {
    const parsed = parseSkill(skill(`name: pdf\ndescription: ${"long ".repeat(230)}`), at);
    expect(parsed.skill?.name).toBe("pdf");
    expect(parsed.problems).toEqual([
      { path: at, severity: "warning", message: expect.stringContaining("1149 characters; 1024 are allowed") },
    ]);
  });

  test.each([
    ["another name than its directory", "name: docx\ndescription: D", /not its directory's/],
    ["a name of another form", "name: PDF_Tool\ndescription: D", /not as it should be/],
    ["no name", "description: D", /called like its directory/],
    ["unknown fields", "name: pdf\ndescription: D\nmodel: x", /nobody knows: model/],
    ["a long compatibility", `name: pdf\ndescription: D\ncompatibility: ${"c".repeat(501)}`, /500/],
  ])("with %s is loaded with a warning", (_name, front, message) => {
    const parsed = parseSkill(skill(front), at);
    expect(parsed.skill).not.toBeNull();
    expect(parsed.problems.map((problem) => problem.message).join()).toMatch(message);
    expect(parsed.problems.every(({ severity }) => severity === "warning")).toBe(true);
  });

  test.each([
    ["no front-matter", "# Only text", /front-matter/],
    ["broken YAML", skill('name: pdf\ndescription: "open'), /YAML/],
    ["no description", skill("name: pdf"), /no description/],
    ["an empty description", skill("name: pdf\ndescription: ''"), /no description/],
    ["a list", skill("- a\n- b"), /no list of fields/],
    ["a bomb of aliases", skill(`a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(30)}x]\ndescription: d`), /YAML/],
  ])("with %s is left out, and says so", (_name, text, message) => {
    const parsed = parseSkill(text, at);
    expect(parsed.skill).toBeNull();
    expect(parsed.problems).toHaveLength(1);
    expect(parsed.problems[0]).toMatchObject({ severity: "skipped", message: expect.stringMatching(message) });
  });

  test("keeps CRLF and a byte order mark from hiding it", () => {
    expect(parseSkill("\uFEFF---\r\nname: pdf\r\ndescription: D\r\n---\r\nBody\r\n", at).skill).toEqual({
      name: "pdf",
      description: "D",
      body: "Body",
    });
  });
});

describe("skills among a repository's files", () => {
  test("are found below the roots, with their own files, not too deep", () => {
    const { places, problems } = placeSkills(
      [
        ".claude/skills/pdf/SKILL.md",
        ".claude/skills/pdf/scripts/fill.py",
        ".claude/skills/group/deep/SKILL.md",
        ".claude/skills/SKILL.md",
        ".claude/skills/a/b/c/d/e/f/g/SKILL.md",
        ".opencode/skills/one/SKILL.md",
        "docs/SKILL.md",
      ],
      [".opencode/skills", ".claude/skills"],
    );
    expect(places).toEqual([
      { path: ".opencode/skills/one/SKILL.md", files: [] },
      { path: ".claude/skills/group/deep/SKILL.md", files: [] },
      { path: ".claude/skills/pdf/SKILL.md", files: [".claude/skills/pdf/scripts/fill.py"] },
    ]);
    expect(problems).toEqual([expect.objectContaining({ path: ".claude/skills/a/b/c/d/e/f/g/SKILL.md", severity: "skipped" })]);
  });

  test("are bounded at 2,000 directories", () => {
    const files = Array.from({ length: 2_100 }, (_, index) => `.claude/skills/s${index}/SKILL.md`);
    const { places, problems } = placeSkills(files, [".claude/skills"]);
    expect(places).toHaveLength(2_000);
    expect(problems).toHaveLength(1);
  });
});

describe("the catalogue", () => {
  test("holds name and a short description each, and says what it left out", () => {
    const skills = Array.from({ length: 50 }, (_, index) => ({
      name: `skill-${index}`,
      description: `Does\n${"many things ".repeat(80)}`,
    }));
    const whole = skillCatalogue(skills, 64 * 1024);
    expect(whole.truncated).toBe(false);
    // About four characters a token: no entry over 100 tokens.
    expect(
      Math.max(
        ...whole.text
          .split("\n")
          .filter((line) => line.startsWith("- "))
          .map((line) => line.length),
      ),
    ).toBeLessThan(410);
    const cut = skillCatalogue(skills, 4_096);
    expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(4_096);
    expect(cut).toMatchObject({ truncated: true, text: expect.stringMatching(/\(4\d more;/) });
    expect(skillCatalogue([], 100)).toEqual({ text: "", truncated: false });
  });
});
