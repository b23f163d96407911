import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startScriptedModel } from "../../integration/sessions/support/scripted-model.ts";
import { bash, startSessions, textsOf, toolsOf } from "../../integration/sessions/support/session-driver.ts";

const scratch = mkdtempSync(join(tmpdir(), "git-kills-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// A git that kills the process that has started it, once for each of these commands, and would work on if nobody ended it.
const commands = ["clone", "read-tree", "diff-files", "ls-files", "update-index", "write-tree"];
const git = execFileSync("sh", ["-c", "command -v git"]).toString().trim();
const shim = `#!/bin/sh
for command in ${commands.join(" ")}; do
  if [ "$1" = "$command" ] && ps -o args= -p $PPID | grep -q git-launcher-process && mkdir "${scratch}/killed-$command" 2>/dev/null; then
    kill -9 $PPID
    sleep 1
    touch "${scratch}/worked-on"
  fi
done
exec ${git} "$@"
`;
writeFileSync(join(scratch, "git"), shim, { mode: 0o755 });

const model = await startScriptedModel();
const env = { PATH: `${scratch}${delimiter}${process.env.PATH}` };
const { sessions, workspaceId, begin, ended } = await startSessions("Git kills", model, { ownDatabase: true, env });

test("the process that starts git is killed at checkout, snapshot and diff: the turn goes on to its end, and no git outlives it", async () => {
  model.script("script-git", [
    { calls: [bash("echo first >> count.txt")] },
    { calls: [bash("echo second >> count.txt")] },
    { text: "Both are made." },
  ]);
  const sessionId = await begin("script-git please");
  const { view } = await ended(sessionId, 1, 120_000);
  expect(view.turns.map(({ state, error }) => [state, error])).toEqual([["completed", null]]);
  expect(textsOf(view)).toEqual(["script-git please", "Both are made."]);
  expect(toolsOf(view).map(({ state }) => state)).toEqual(["completed", "completed"]);
  const patch = (await sessions.getSessionPatch({ workspaceId, sessionId }))?.patch ?? "";
  expect(patch.split("\n").filter((line) => /^\+[^+]/.test(line))).toEqual(["+first", "+second"]);
  const killed = readdirSync(scratch).filter((name) => name.startsWith("killed-"));
  expect(killed).toHaveLength(commands.length);
  expect(existsSync(join(scratch, "worked-on"))).toBe(false);
}, 150_000);
