import { execFile } from "node:child_process";
import { glob, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExecResult, FileStat, OpenSandbox } from "@opencode/core/modules/sandbox/contract.ts";

/** A sandbox's interface over a plain directory, for our own sample's code only: nothing is walled off. */
export function directorySandbox(root: string): OpenSandbox {
  const at = (path: string) => join(root, path.replace(/^\/workspace\/?/, ""));
  return {
    id: "directory",
    driver: "bubblewrap",
    hostDirectory: root,
    exec: (request) => run(root, request.command, request.timeoutMs),
    readFile: async (path) => ({ content: await readFile(at(path)), stat: await statOf(at(path)), truncated: false }),
    writeFile: async (_, path, content) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
      return statOf(at(path));
    },
    stat: (path) => statOf(at(path)).catch(() => null),
    list: async (path) => (await readdir(at(path))).map((name) => ({ path: name, kind: "file" })),
    glob: async (pattern) => ({ paths: await pathsOf(root, pattern), truncated: false }),
    grep: async (pattern, options) => ({ hits: await search(root, pattern, options?.path ?? "."), truncated: false }),
    close: async () => undefined,
  };
}

async function statOf(path: string): Promise<FileStat> {
  const { size, mtimeMs } = await stat(path);
  return { kind: "file", sizeBytes: size, mtimeMs };
}

async function pathsOf(cwd: string, pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd })) paths.push(path);
  return paths.toSorted();
}

async function search(root: string, pattern: string, below: string) {
  const expression = new RegExp(pattern);
  const hits: { path: string; line: number; text: string }[] = [];
  for (const path of await pathsOf(root, join(below, "**/*.{ts,md,json}"))) {
    const lines = (await readFile(join(root, path), "utf8")).split("\n");
    for (const [index, text] of lines.entries()) if (expression.test(text)) hits.push({ path, line: index + 1, text });
  }
  return hits;
}

function run(cwd: string, command: string, timeout: number): Promise<ExecResult> {
  const startedAt = performance.now();
  // The outer test runner marks its children; the sample's own tests must not take themselves for some of them.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  return new Promise((resolve) => {
    const child = execFile("bash", ["-c", `exec 2>&1; ${command}`], { cwd, timeout, env }, (error, output) => {
      resolve({
        exitCode: child.exitCode,
        signal: error?.signal ?? null,
        timedOut: false,
        aborted: false,
        output,
        truncated: false,
        outputFile: null,
        durationMs: performance.now() - startedAt,
      });
    });
  });
}
