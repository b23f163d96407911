import { describe, expect, test } from "vitest";
import type { PermissionRule, RuleLayer } from "../contract.ts";
import { decide } from "../decide.ts";
import { platformLayer } from "../platform-rules.ts";
import { shellSubject } from "./shell-subject.ts";

const allow: PermissionRule = { permission: "*", pattern: "*", action: "allow" };
const noRemoval: RuleLayer = { layer: "workspace", rules: [allow, { permission: "bash", pattern: "rm *", action: "deny" }] };

type Files = Readonly<Record<string, string>>;
const look = (now: Files, before: Files = {}) => {
  const of = (files: Files) => async (path: string) => files[path.replace("/workspace/", "")] ?? null;
  return { now: of(now), before: of(before) };
};
const scripts = (entries: Files) => JSON.stringify({ name: "x", scripts: entries });
const python = "import os\nos.unlink('F')\n";

// What an earlier call wrote, and how it is run later.
const written: [command: string, now: Files, before?: Files][] = [
  ["sh x.sh", { "x.sh": "rm F\n" }],
  ["bash -e ./x.sh a b", { "x.sh": "set -e\ntest -f F && r''m F\n" }],
  ["./x.sh", { "x.sh": "rm F\n" }],
  ["./x", { x: "#!/usr/bin/env bash\nfind . -name F -delete\n" }],
  ["./x", { x: `#!/usr/bin/env python3\n${python}` }],
  ["source x.sh", { "x.sh": "rm F\n" }],
  [". ./env", { env: "trap 'rm F' EXIT\n" }],
  ["cd tools && ./x.sh", { "tools/x.sh": "rm ../F\n" }],
  ["/workspace/x.sh", { "x.sh": "rm F\n" }],
  ["sh /tmp/x.sh", { "/tmp/x.sh": "rm F\n" }],
  ["timeout 9 nice sh x.sh", { "x.sh": "rm F\n" }],
  ["echo a | xargs -n1 ./x.sh", { "x.sh": "rm F\n" }],
  ["sh a.sh", { "a.sh": "sh b.sh\n", "b.sh": "sh c.sh\n", "c.sh": "rm F\n" }],
  ["sh x.sh", { "x.sh": "echo a\nrm F\n" }, { "x.sh": "echo a\n" }],
  ["sh x.sh", { "x.sh": "$(cat y) F\n" }],
  ["npm test", { "package.json": scripts({ test: "rm F" }) }],
  ["npm run build -- --x", { "package.json": scripts({ build: "tsc && rm F" }) }, { "package.json": scripts({ build: "tsc" }) }],
  ["npm test", { "package.json": scripts({ pretest: "rm F", test: "vitest" }) }, { "package.json": scripts({ test: "vitest" }) }],
  ["npm ci", { "package.json": scripts({ postinstall: "rm F" }) }],
  ["yarn clean", { "package.json": scripts({ clean: "rm F" }) }],
  ["pnpm run x", { "package.json": scripts({ x: "sh x.sh" }), "x.sh": "unlink F" }],
  ["cd web && npm run x", { "web/package.json": scripts({ x: "rm ../F" }) }],
  ["make", { Makefile: "all:\n\t@rm F\n" }, { Makefile: "all:\n\techo\n" }],
  ["make -C . x", { Makefile: "x:\n\t-$(SHELL) -c 'rm F'\n" }],
  ["make", { Makefile: "all: build\n\techo\nbuild :\n\t$(RM) F\n" }],
  ["make V=1 a", { Makefile: "a b: c\nc:\n\trm F\n" }],
  ["python3 x.py", { "x.py": python }],
  ["node x.mjs", { "x.mjs": 'import { unlinkSync } from "node:fs";\nunlinkSync("F");\n' }],
  ["node x.js", { "x.js": 'require("child_process").execSync("rm F")' }],
  ["ruby x.rb", { "x.rb": "File.delete('F')" }],
  ["perl x.pl", { "x.pl": "unlink('F');" }],
  ["tsx x.ts", { "x.ts": 'await fs.rm("F");' }],
];

// The same commands where nothing is hidden.
const plain: [command: string, now: Files, before?: Files][] = [
  ["npm test", { "package.json": scripts({ test: "vitest", clean: "rm -rf dist" }) }],
  ["npm run clean", { "package.json": scripts({ clean: "rm -rf dist" }) }, { "package.json": scripts({ clean: "rm -rf dist" }) }],
  ["npm run build", { "package.json": scripts({ build: "tsc -p . && node scripts/copy.mjs" }) }],
  ["sh x.sh", { "x.sh": '#!/bin/sh\nset -eu\nfor f in *.ts; do echo "$f"; done\nnpm test\n' }],
  ["./scripts/build.sh", { "scripts/build.sh": "rm -rf dist\ntsc\n" }, { "scripts/build.sh": "rm -rf dist\ntsc\n" }],
  ["source .venv/bin/activate", { ".venv/bin/activate": 'eval "$x"; rm F' }],
  ["./node_modules/.bin/vitest run", { "node_modules/.bin/vitest": "rm F" }],
  ["make test", { Makefile: "CC = gcc\ntest:\n\t$(CC) -o t t.c\n\t./t\nclean:\n\trm -f t\n" }],
  ["python3 repro.py", { "repro.py": "import app\nitems = []\nitems.remove(1)\nprint(app.run())\n" }],
  ["node src/index.ts", { "src/index.ts": "const m = /a/.exec(text);\nstore.remove(id);\nspawned.push(m);\n" }],
  ["node x.js", { "x.js": 'require("child_process").spawn("ls");\nlog();' }, { "x.js": 'require("child_process").spawn("ls");' }],
  ["./bin/tool", { "bin/tool": "\0ELF rm F" }],
  ["sh gone.sh", {}],
];

describe("a removal that an earlier call wrote into a file is judged when the file is run", () => {
  test.each(written)("%s %j", async (command, now, before) => {
    expect(decide(await shellSubject(command, look(now, before)), [noRemoval]).action).not.toBe("allow");
  });
});

describe("a file that the session has not changed, or that hides nothing, is run without a question", () => {
  test.each(plain)("%s %j", async (command, now, before) => {
    expect(decide(await shellSubject(command, look(now, before)), [platformLayer]).action).toBe("allow");
  });
});

test("scripts that run each other in a circle, or grow, come to an end", async () => {
  const files = { "a.sh": "sh b.sh\nsh a.sh\n", "b.sh": "sh a.sh\n" };
  expect(decide(await shellSubject("sh a.sh", look(files)), [platformLayer]).action).toBe("allow");
  let count = 0;
  const endless = { now: async () => `sh ${++count}.sh; sh x${++count}.sh`, before: async () => null };
  await shellSubject("sh a.sh", endless);
  expect(count).toBeLessThan(200);
});
