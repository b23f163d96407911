import { describe, expect, test } from "vitest";
import type { PermissionRule, RuleLayer } from "../contract.ts";
import { decide } from "../decide.ts";
import { platformLayer } from "../platform-rules.ts";
import type { SeenFile } from "./judge-runs.ts";
import { shellSubject } from "./shell-subject.ts";

const allow: PermissionRule = { permission: "*", pattern: "*", action: "allow" };
const noRemoval: RuleLayer = { layer: "workspace", rules: [allow, { permission: "bash", pattern: "rm *", action: "deny" }] };

const unreadable = "(unreadable)";
type Files = Readonly<Record<string, string>>;
const look = (now: Files, before: Files = {}) => {
  const textOf = (files: Files, path: string) => files[path.replace("/workspace/", "")] ?? null;
  return {
    now: async (path: string): Promise<SeenFile> => {
      const text = textOf(now, path);
      if (text === null) return "absent";
      if (text === unreadable) return "unknown";
      return { text: text.slice(0, 1_000), isWhole: text.length <= 1_000 };
    },
    before: async (path: string) => textOf(before, path)?.slice(0, 1_000) ?? null,
  };
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
  // Too large, or not to be read.
  ["sh x.sh", { "x.sh": `rm F\n#${"x".repeat(2_000)}` }],
  ["sh x.sh", { "x.sh": `#${"x".repeat(2_000)}\nrm F` }],
  ["node x.js", { "x.js": `//${"x".repeat(2_000)}` }],
  ["npm test", { "package.json": " ".repeat(2_000) + scripts({ test: "rm F" }) }],
  ["sh x.sh", { "x.sh": unreadable }],
  ["make", { Makefile: unreadable }],
  ["sh x.sh", { "x.sh": "ls\nrm F\n\0" }],
  ["./x.sh", { "x.sh": "ls\n\0\nrm F\n" }],
  ["python3 x", { x: "PK\0" }],
  // Many, and deep.
  [`${Array.from({ length: 70 }, (_, at) => `sh ${at}.sh`).join("; ")}; sh x.sh`, { "x.sh": "rm F" }],
  [`${"sh y.sh; ".repeat(70)}sh x.sh`, { "y.sh": "ls", "x.sh": "rm F" }],
  ["sh 0.sh", Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${at}.sh`, at === 9 ? "rm F" : `sh ${at + 1}.sh`]))],
  // By other names.
  ["python3 -m x", { "x.py": python }],
  ["python3 -m a.b", { "a/b.py": python }],
  ["python3 -m x", { "x/__main__.py": python }],
  ["python3 x", { "x/__main__.py": python }],
  ["node x", { "x.js": 'require("fs").unlinkSync("F")' }],
  ["node src", { "src/index.js": 'require("fs").unlinkSync("F")' }],
  ["node -r ./x.js y.js", { "x.js": 'require("fs").unlinkSync("F")' }],
  ["node --import=./x.mjs y.js", { "x.mjs": 'import fs from "fs"; fs.unlinkSync("F")' }],
  ["node --run x", { "package.json": scripts({ x: "rm F" }) }],
  ["deno run -A x.ts", { "x.ts": 'Deno.remove("F")' }],
  ["deno task x", { "deno.json": JSON.stringify({ tasks: { x: "rm F" } }) }],
  ["bun run x.ts", { "x.ts": 'fs.rm("F")' }],
  ["bun x.ts", { "x.ts": 'fs.rm("F")' }],
  ["uv run x.py", { "x.py": python }],
  ["npm --prefix sub test", { "sub/package.json": scripts({ test: "rm ../F" }) }],
  ["npm --prefix=sub run x", { "sub/package.json": scripts({ x: "sh x.sh" }), "sub/x.sh": "rm ../F" }],
  ["npm test -w sub", { "sub/package.json": scripts({ test: "rm ../F" }) }],
  ["pnpm -C sub t", { "sub/package.json": scripts({ test: "rm ../F" }) }],
  ["yarn --cwd sub x", { "sub/package.json": scripts({ x: "rm ../F" }) }],
  ["npm in", { "package.json": scripts({ postinstall: "rm F" }) }],
  ["npm clean-install", { "package.json": scripts({ postinstall: "rm F" }) }],
  ["npm it", { "package.json": scripts({ test: "rm F" }) }],
  ["npm pack", { "package.json": scripts({ prepack: "rm F" }) }],
  ["npm restart", { "package.json": scripts({ prestop: "rm F" }) }],
  ["npm i ./sub", { "sub/package.json": scripts({ prepare: "rm F" }) }],
  ["npm test", { "package.json": `\uFEFF${scripts({ test: "rm F" })}` }],
  ["cd src && npm test", { "package.json": scripts({ test: "rm F" }) }],
  ["cd a/b && npm test", { "a/package.json": scripts({ test: "rm F" }) }],
  // From directories that only a run would tell.
  ['cd "$PWD/sub" && sh x.sh', { "sub/x.sh": "rm ../F" }],
  ['cd "$d" && sh x.sh', { "sub/x.sh": "rm ../F" }],
  ['(cd "$d" && sh x.sh)', { "sub/x.sh": "rm ../F" }],
  [`sh -c 'cd "$0" && sh x.sh' sub`, { "sub/x.sh": "rm ../F" }],
  ['cd "$d" && npm test', { "sub/package.json": scripts({ test: "rm F" }) }],
  ["env -C sub sh x.sh", { "sub/x.sh": "rm ../F" }],
  ["sub/x.sh", { "sub/x.sh": 'cd "$(dirname "$0")" && sh y.sh', "sub/y.sh": "rm ../F" }],
  // Named by the first line.
  ["./x", { x: "#!/usr/bin/make -f\nall:\n\trm F\n" }],
  ["./x", { x: "#!/bin/sed -f\n1e rm F\n" }],
  ["./x", { x: "#!/usr/bin/env -S rm F\n" }],
  ["./x", { x: "#!/usr/bin/env -S node --no-warnings\nrequire('fs').unlinkSync('F')\n" }],
  // Run by what people have agreed on.
  [
    "npm test",
    { "package.json": scripts({ test: "sh x.sh" }), "x.sh": "rm F" },
    { "package.json": scripts({ test: "sh x.sh" }), "x.sh": "ls" },
  ],
  ["sh a.sh", { "a.sh": "./b.sh", "b.sh": "rm F" }, { "a.sh": "./b.sh", "b.sh": "ls" }],
  ["make", { Makefile: "all:\n\tsh x.sh\n", "x.sh": "rm F" }, { Makefile: "all:\n\tsh x.sh\n" }],
  [
    "npm start",
    { "package.json": scripts({ start: "node x.js" }), "x.js": 'fs.rm("F")' },
    { "package.json": scripts({ start: "node x.js" }), "x.js": "" },
  ],
  // Makefiles.
  ["make", { Makefile: "D = rm\nall:\n\t$(D) F\n" }],
  ["make", { Makefile: "D = rm\nall:\n\t$(D) F\n" }, { Makefile: "D = true\nall:\n\t$(D) F\n" }],
  ["make", { Makefile: "D = r\nE = $(D)m\nall:\n\t@ -$(E) F\n" }],
  ["make", { Makefile: "S = ;\nall:\n\techo $(S) rm F\n" }],
  ["make", { Makefile: "all: ; rm F\n" }],
  ["make", { Makefile: "all:; rm F\n" }],
  ["make", { Makefile: "X := $(shell rm F)\nall:\n\techo\n" }],
  ["make", { Makefile: "X := $(shell ls $(dir a) && (rm F))\nall:\n\techo\n" }],
  ["make", { Makefile: "X != rm F\nall:\n\techo\n" }],
  ["make", { Makefile: "ifeq ($(shell rm F),)\nendif\nall:\n\techo\n" }],
  ["make", { Makefile: "all:\n\techo $(shell rm F)\n" }],
  ["make", { Makefile: "define X\nrm F\nendef\nall:\n\t$(X)\n" }],
  ["make", { Makefile: "$(eval all: ; rm F)\n" }],
  ["make", { Makefile: "include x.mk\n", "x.mk": "all:\n\trm F\n" }],
  ["make", { Makefile: "include x.mk\n", "x.mk": "all:\n\trm F\n" }, { Makefile: "include x.mk\n", "x.mk": "all:\n\techo\n" }],
  ["make a.o", { Makefile: "%.o: %.c\n\trm F\n" }],
  ["make", { Makefile: "all: a.o\n%.o: %.c\n\trm F\n" }],
  ["make", { Makefile: "all: a.o\n.c.o:\n\trm F\n" }],
  ["make", { Makefile: "SHELL = /tmp/x\nall:\n\techo\n" }],
  ["make", { Makefile: ".RECIPEPREFIX = >\nall:\n> rm F\n" }],
  ["make", { Makefile: "all: D = rm\nall:\n\t$(D) F\n" }],
  ["make", { Makefile: "T = all\n$(T):\n\trm F\n" }],
  ["make", { Makefile: "all:\n\techo a \\\n\t; rm F\n" }],
  ["make", { Makefile: "all:\n\t$(strip rm) F\n" }],
  ["make -f x.mk", { "x.mk": "all:\n\trm F\n" }],
  ["make -sf x.mk", { "x.mk": "all:\n\trm F\n" }],
  ["make -C sub", { "sub/Makefile": "all:\n\trm ../F\n" }],
  ["make --directory=sub x", { "sub/makefile": "x:\n\trm ../F\n" }],
  ["make", { Makefile: "all:\n\t$(MAKE) -C sub\n", "sub/Makefile": "all:\n\trm ../F\n" }, { Makefile: "all:\n\t$(MAKE) -C sub\n" }],
];

const agreedMake = "CFLAGS := $(shell pkg-config --cflags x)\ndefine X\nrm F\nendef\nclean:\n\t$(X)\n\trm -rf build\n";

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
  ["./bin/tool", { "bin/tool": "\x7fELF\0 rm F" }],
  ["./bin/tool", { "bin/tool": `\x7fELF${"x".repeat(2_000)}` }],
  ["python3 -m pytest -q", { "tests/x.py": python }],
  ["node .", { "index.js": "console.log(1)" }],
  [
    "make test",
    {
      Makefile:
        ".PHONY: test clean\nVERSION := $(shell git describe --tags)\ntest: build/a.o\n\t./t $(VERSION)\nbuild/%.o: %.c\n\t@mkdir -p $(@D)\n\t$(CC) $(CFLAGS) -c $< -o $@\nclean:\n\trm -rf build\n",
    },
  ],
  ["make", { Makefile: `all:\n\techo\n${agreedMake}` }, { Makefile: agreedMake }],
  ["make clean", { Makefile: `${agreedMake}\ntest:\n\tnpm test\n` }, { Makefile: agreedMake }],
  [
    "make",
    { Makefile: "ifeq ($(OS),Windows_NT)\nEXT = .exe\nelse\nEXT =\nendif\nall: app$(EXT)\napp$(EXT):\n\tgo build -o app$(EXT) ./cmd\n" },
  ],
  [
    "make",
    {
      Makefile:
        "SRC := $(wildcard src/*.c)\nOBJ = $(SRC:.c=.o)\nCFLAGS += -Wall\nexport FOO = 1\nall: $(OBJ)\n\t$(CC) $(CFLAGS) $^ -o app\n",
    },
  ],
  [
    "npm start",
    { "package.json": scripts({ start: "node dist/x.js" }), "dist/x.js": 'require("child_process")' },
    { "package.json": scripts({ start: "node dist/x.js" }) },
  ],
  [
    "npm run all",
    { "package.json": scripts({ all: Array.from({ length: 70 }, (_, at) => `sh ${at}.sh`).join(" && ") }) },
    { "package.json": scripts({ all: Array.from({ length: 70 }, (_, at) => `sh ${at}.sh`).join(" && ") }) },
  ],
  ['cd "$(git rev-parse --show-toplevel)" && npm test', { "package.json": scripts({ test: "vitest" }) }],
  ["./scripts/x.sh", { "scripts/x.sh": 'cd "$(dirname "$0")/.."\nnpm run build\n' }],
  ["npm install", { "package.json": scripts({ test: "vitest", prepare: "husky" }) }],
  ["npm --prefix web test", { "web/package.json": scripts({ test: "vitest" }) }],
  ["uv run pytest", {}],
  ['(cd "$d" && ls); npm test', { "package.json": scripts({ test: "vitest" }) }],
  ['for d in */; do (cd "$d" && ls); done; x=$(cd "$y" && pwd); make', {}],
  ["npm test", { "package.json": scripts({ test: "sh x.sh" }), "x.sh": '(cd "$TMPDIR" && ls)\nnode --test\n' }],
  ["deno test -A", {}],
  ["bun test", {}],
  ["bun run build", { "package.json": scripts({ build: "tsc" }) }],
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
  const endless = { now: async () => ({ text: `sh ${++count}.sh; sh x${++count}.sh`, isWhole: true }), before: async () => null };
  expect(decide(await shellSubject("sh a.sh", endless), [platformLayer]).action).toBe("ask");
  expect(count).toBeLessThan(200);
});
