import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "../../../platform/env.ts";
import { inside } from "../driver.ts";
import { sandboxRuntime } from "../drivers.ts";
import { agentProgram } from "./program.ts";

export type LanguageServerName = "typescript" | "pyright";

const packages: Readonly<Record<LanguageServerName, readonly string[]>> = {
  typescript: ["typescript-language-server", "typescript"],
  pyright: ["pyright"],
};
// Maps, translations and TypeScript's own command: a third of the size.
const notNeeded = /\.map$|^typescript\/lib\/(?:[a-z]{2}(?:-[a-z]+)?$|_?tsc\.js$)|(?:^|\/)(?:README|CHANGELOG)[^/]*$/;

const provided = new Map<string, Promise<string | null>>();

/** The program that formats files and asks language servers, inside of a sandbox. */
export const languageToolsProgram = `${inside.program}/language-tools.mjs`;

const languageServersInside = `${inside.program}/language-servers`;

/**
 * Makes a language server available in this machine's sandboxes, by copying its package beside the agent's program the
 * first time that somebody needs it. Answers its `node_modules` as sandboxes see it, or null when the setting leaves it out.
 */
export function provideLanguageServer(name: LanguageServerName, dataDirectory = sandboxRuntime().dataDirectory): Promise<string | null> {
  if (!env().LANGUAGE_SERVERS.includes(name)) return Promise.resolve(null);
  const key = `${dataDirectory}:${name}`;
  const known = provided.get(key);
  if (known) return known;
  const providing = provide(name, dataDirectory);
  provided.set(key, providing);
  providing.catch(() => provided.delete(key));
  return providing;
}

async function provide(name: LanguageServerName, dataDirectory: string): Promise<string> {
  const target = join(await agentProgram(dataDirectory), "language-servers", name);
  const seen = `${languageServersInside}/${name}/node_modules`;
  if (await stat(target).catch(() => null)) return seen;
  const temporary = `${target}.${process.pid}.${Date.now()}`;
  // By a file name: the web's bundler, which never runs this, would want to resolve what is required from import.meta.url itself.
  const { resolve } = createRequire(fileURLToPath(import.meta.url));
  for (const packageName of packages[name]) {
    const source = dirname(resolve(`${packageName}/package.json`));
    const destination = join(temporary, "node_modules", packageName);
    await mkdir(destination, { recursive: true });
    await cp(source, destination, {
      recursive: true,
      filter: (path) => !notNeeded.test(`${packageName}/${relative(source, path)}`) && !relative(source, path).startsWith("node_modules"),
    });
  }
  await rename(temporary, target).catch(() => rm(temporary, { recursive: true, force: true })); // another process was first
  return seen;
}
