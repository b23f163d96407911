import { execFile } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { hashOf, readStamp, writeStamp } from "./bootstrap/stamp.mjs";
import { say } from "./say.ts";
import { root } from "./settings.ts";

const run = promisify(execFile);
const nextOutput = join(root, "apps/web/.next");

/** The server of the built web app, without anything of node_modules that it does not need. */
export const standaloneServer = join(nextOutput, "standalone/apps/web/server.js");

const sources = [
  "apps/web/src",
  "apps/web/public",
  "apps/web/next.config.ts",
  "apps/web/postcss.config.mjs",
  "apps/web/package.json",
  "apps/web/tsconfig.json",
  "apps/core/src",
  "apps/core/package.json",
  "emails",
  "prisma/client.ts",
  "prisma/schema",
  "tsconfig.base.json",
  "package-lock.json",
];

/** The standalone server looks for these beside itself; the build leaves them where they are made. */
function linkAssets(): void {
  const home = dirname(standaloneServer);
  const links = [
    [join(nextOutput, "static"), join(home, ".next/static")],
    [join(root, "apps/web/public"), join(home, "public")],
  ] as const;
  for (const [target, link] of links) {
    rmSync(link, { recursive: true, force: true });
    if (existsSync(target)) symlinkSync(target, link, "junction");
  }
}

/** Builds the web app when something that it is made of has changed since the last build. */
export async function ensureWebBuild(signal?: AbortSignal): Promise<void> {
  const wanted = hashOf(sources);
  if (existsSync(standaloneServer) && readStamp("web-build") === wanted) return;
  say.step("building the web app (about half a minute, once a version)");
  const began = performance.now();
  const elapsed = () => Math.round((performance.now() - began) / 1000);
  const stillAtIt = setInterval(() => say.plain(`  … building: ${elapsed()} s`), 10_000);
  try {
    const turbo = join(root, "node_modules/.bin/turbo");
    await run(turbo, ["run", "build", "--filter=@opencode/web", "--output-logs=errors-only", "--no-update-notifier"], {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
      ...(signal ? { signal } : {}),
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", TURBO_TELEMETRY_DISABLED: "1" },
    });
  } catch (error) {
    const output = error instanceof Error && "stdout" in error && "stderr" in error ? `${error.stdout}${error.stderr}` : String(error);
    throw new Error(`The web app could not be built:\n${output.slice(-4_000)}`, { cause: error });
  } finally {
    clearInterval(stillAtIt);
  }
  linkAssets();
  writeStamp("web-build", wanted);
  say.done(`web app built in ${elapsed()} s`);
}
