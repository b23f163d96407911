import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { chromium } from "playwright";

const run = promisify(execFile);
const systemBrowsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/** Path of a browser for the tests: playwright's own, else the system's; null when there is none. */
export function findChromium(): string | null {
  return [chromium.executablePath(), ...systemBrowsers].find((path) => existsSync(path)) ?? null;
}

/** Finds a browser or gets one; answers why there is none. */
export async function ensureChromium(say: (line: string) => void): Promise<string | null> {
  if (findChromium()) return null;
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    if (process.getuid?.() === 0 && /^ID=debian/m.test(release)) {
      say("installing Chromium by apt");
      await run("apt-get", ["update", "-qq"], { env });
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, maxBuffer: 64 * 1024 * 1024 });
    } else {
      say("downloading playwright's Chromium");
      await run("npx", ["playwright", "install", "chromium"], { env, maxBuffer: 64 * 1024 * 1024 });
    }
  } catch (error) {
    return `No Chromium for the end-to-end tests: ${error instanceof Error ? error.message : String(error)}`;
  }
  return findChromium() ? null : "No Chromium for the end-to-end tests was found after installing it.";
}
