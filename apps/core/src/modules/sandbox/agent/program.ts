import { createHash } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { arch } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { seccompFilter } from "../bubblewrap/seccomp.ts";
import { inside } from "../driver.ts";

/** What stands in a sandbox's /etc: the host's own names are not its business. */
const userFiles = [
  [
    "etc-passwd",
    "root:x:0:0:root:/root:/usr/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
  ],
  ["etc-group", "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n"],
  ["etc-hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"],
  ["etc-nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"],
] as const;

/**
 * npm for sandboxes that have none of their own: Node's binary comes with us, and where the machine's Node lies outside /usr
 * (a version manager) or the image was made without one, its npm doesn't.
 */
const npmDirectory = () => dirname(createRequire(import.meta.url).resolve("npm/package.json"));
const npmCommands = ["npm", "npx"] as const;
const notRunFromNpm = new Set(["docs", "man"]);

const prepared = new Map<string, Promise<string>>();

/**
 * The directory of the sandbox-agent as plain JavaScript, made once for each version of its source and shared read-only by all
 * sandboxes: `main.mjs`, npm with its commands in `bin`, and `seccomp.bpf` where this machine's architecture has a filter.
 */
export function agentProgram(dataDirectory: string): Promise<string> {
  const known = prepared.get(dataDirectory);
  if (known) return known;
  const made = prepare(dataDirectory);
  prepared.set(dataDirectory, made);
  made.catch(() => prepared.delete(dataDirectory));
  return made;
}

async function prepare(dataDirectory: string): Promise<string> {
  const source = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../../sandbox-agent/src");
  const files = new Map<string, string | Uint8Array>();
  const names = (await readdir(source)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  for (const name of names) {
    const code = stripTypeScriptTypes(await readFile(join(source, name), "utf8"));
    files.set(name.replace(/\.ts$/, ".mjs"), code.replaceAll(/((?:from\s+|import\()"\.\/[^"]+)\.ts"/g, '$1.mjs"'));
  }
  const filter = seccompFilter(arch());
  if (filter) files.set("seccomp.bpf", filter);
  for (const [name, content] of userFiles) files.set(name, content);
  const hash = createHash("sha256").update(await readFile(join(npmDirectory(), "package.json")));
  for (const [name, content] of files) hash.update(name).update("\0").update(content).update("\0");
  const directory = join(dataDirectory, "sandbox-agent", hash.digest("hex").slice(0, 24));
  if (await isComplete(directory, files.size + 3)) return directory;
  const temporary = `${directory}.${process.pid}.${Date.now()}`;
  await mkdir(temporary, { recursive: true });
  for (const [name, content] of files) await writeFile(join(temporary, name), content, { mode: 0o644 });
  await addNpm(temporary);
  // Filled when one is needed (language-servers.ts), also while sandboxes run.
  await mkdir(join(temporary, "language-servers"));
  await chmod(temporary, 0o755);
  try {
    await rename(temporary, directory);
  } catch {
    await rm(temporary, { recursive: true, force: true }); // another process was first
  }
  return directory;
}

async function addNpm(directory: string): Promise<void> {
  const source = npmDirectory();
  const isNeeded = (path: string) => !notRunFromNpm.has(relative(source, path));
  await cp(source, join(directory, "npm"), { recursive: true, filter: isNeeded });
  await mkdir(join(directory, "bin"));
  for (const name of npmCommands) {
    const script = `#!/bin/sh\nexec node ${inside.program}/npm/bin/${name}-cli.js "$@"\n`;
    await writeFile(join(directory, "bin", name), script, { mode: 0o755 });
  }
}

async function isComplete(directory: string, count: number): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return names.length === count;
}
