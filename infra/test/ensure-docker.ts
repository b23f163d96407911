import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../local/settings.ts";

const run = promisify(execFile);

/** A daemon of the test run's own, and its image's tarball, are kept here for the next run. */
const directory = "/var/tmp/opencode-docker";
const socket = `unix://${directory}/docker.sock`;
const image = process.env.SANDBOX_DOCKER_IMAGE ?? "opencode-sandbox:latest";
const programs = ["dockerd", "docker", "debootstrap"] as const;

export type DockerForTests = { readonly ok: true; readonly host: string } | { readonly ok: false; readonly problem: string };

let started: Promise<DockerForTests> | undefined;

/**
 * A Docker daemon with the sandbox image for the tests: the machine's own, else one that is started here (as root, on Debian or
 * Ubuntu). The first time takes a minute or two: call it early and await it late. It never fails, it says why there is none.
 */
export function ensureDocker(say: (line: string) => void): Promise<DockerForTests> {
  started ??= ensure(say).catch((error: unknown): DockerForTests => {
    const text = error instanceof Error && "stderr" in error && typeof error.stderr === "string" ? error.stderr : String(error);
    return { ok: false, problem: `No Docker daemon for the tests: ${text.trim().split("\n").slice(-3).join(" ")}` };
  });
  return started;
}

async function ensure(say: (line: string) => void): Promise<DockerForTests> {
  for (const host of [process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock", socket]) {
    if (await hasImage(host)) return { ok: true, host };
  }
  if (process.getuid?.() !== 0) return { ok: false, problem: "Starting a Docker daemon for the tests needs root." };
  if (!programs.every((name) => find(name))) {
    if (!isDebianLike())
      return {
        ok: false,
        problem: `The Docker tests need ${programs.join(", ")}, which are installed by themselves on Debian and Ubuntu only.`,
      };
    say("installing Docker by apt");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    // The package must not start a daemon of its own: ours has no bridge and needs no firewall.
    const options = ["install", "-y", "-qq", "--no-install-recommends", "docker.io", "debootstrap"];
    await run("apt-get", options, { env: { ...env, RUNLEVEL: "1" }, maxBuffer: 64 * 1024 * 1024 });
  }
  say("starting a Docker daemon, making the sandbox image the first time");
  const { stdout } = await run("sh", [join(root, "infra/sandbox-image/start-docker.sh"), directory], {
    env: { ...process.env, SANDBOX_DOCKER_IMAGE: image },
    maxBuffer: 64 * 1024 * 1024,
  });
  const host = stdout.trim().split("\n").at(-1) ?? socket;
  return { ok: true, host };
}

async function hasImage(host: string): Promise<boolean> {
  const env = { ...process.env, DOCKER_HOST: host };
  return run("docker", ["image", "inspect", image], { env, timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

function find(name: string): boolean {
  return ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((path) => existsSync(join(path, name)));
}

function isDebianLike(): boolean {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}
