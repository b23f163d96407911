import { randomBytes } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { AppError } from "../../../platform/errors.ts";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { logger } from "../../../platform/logger.ts";
import { connectAgent } from "../agent/connect-agent.ts";
import type { AgentConnection } from "../agent/connection.ts";
import { execResultSchema } from "../agent/protocol.ts";
import type { ExecResult, SetupReport } from "../contract.ts";
import type { SandboxDriver, SandboxPlace } from "../driver.ts";
import { hasImages, type SandboxRuntime } from "../drivers.ts";
import { openEgress, type SandboxEgress } from "../network/sandbox-egress.ts";
import { readRecord } from "../runtime-record.ts";
import { openSetupSecrets } from "../settings/setup-secrets.ts";
import type { SandboxEnvironment } from "./environment.ts";
import { secretForms } from "./secret-forms.ts";
import { archiveName, keepResult, setupKey, takeCached } from "./setup-cache.ts";

interface SetupInput {
  readonly place: SandboxPlace;
  readonly runtime: SandboxRuntime;
  readonly driver: SandboxDriver;
  readonly workspaceId: WorkspaceId;
  readonly environment: SandboxEnvironment;
  readonly ignoreCache: boolean;
  /** starts the agent, which must not run yet; again where it was stopped meanwhile */
  readonly start: () => Promise<void>;
  /** told what there is to say so far, a few times a second at most */
  readonly onReport: (report: SetupReport) => Promise<void>;
}

/** A secret was left where the agent could read it: nobody may work in this sandbox. */
export class SecretLeft extends AppError {
  constructor(paths: string) {
    super(
      "UNPROCESSABLE",
      `The setup commands have left a setup secret in the sandbox, where the agent could read it: ${paths}. Nothing was kept. Change the commands so that they remove it, or hand it over by the environment alone.`,
    );
  }
}

/**
 * Runs the setup commands with the network and the secrets that are theirs, or lays the result of an earlier run. The agent
 * runs afterwards, another one than the commands had: nothing in memory knows a secret. A command that fails ends the
 * setup, not the sandbox; throws SecretLeft when a secret can be found in the sandbox's files.
 */
export async function runSetup(input: SetupInput): Promise<SetupReport> {
  const { environment, place } = input;
  const log = new SetupLog(input);
  for (const note of environment.notes) log.write(`note: ${note}\n`);
  if (environment.image !== null && !hasImages(input.driver.name))
    log.write(
      `note: the image ${environment.image} has no effect: sandboxes by ${input.driver.name} have this machine's programs, no images\n`,
    );
  const commands = environment.setup.slice(0, limits.setup.maxCommands);
  if (commands.length < environment.setup.length) log.write(`note: only the first ${commands.length} commands are run\n`);
  if (commands.length === 0) {
    await input.start();
    return log.end("none");
  }
  const key = await setupKey(place.workspace, { ...environment, commands });
  const cacheKey = { dataDirectory: input.runtime.dataDirectory, workspaceId: input.workspaceId, key };
  const cached = input.ignoreCache ? null : await takeCached(cacheKey, place);
  if (cached) await input.driver.adopt(place);
  await input.start();
  if (cached && (await withAgent(input, (agent) => unpack(agent)))) {
    log.write(cached.log);
    return log.end("done", { cachedAt: cached.madeAt });
  }
  const failure = await runCommands(input, { commands, log });
  if (failure !== null) return log.end("failed", { error: failure });
  const madeAt = new Date().toISOString();
  const problem = await withAgent(input, (agent) => pack(agent));
  if (problem !== null) log.write(`note: the result is not kept for later sessions: ${problem}\n`);
  else if (!(await keepResult(cacheKey, place, { madeAt, log: log.text }).catch(warn)))
    log.write("note: the result is too large to be kept\n");
  return log.end("done");
}

function warn(error: unknown): boolean {
  logger.warn({ err: error }, "the result of a setup could not be kept");
  return false;
}

/** null, or why the setup has failed. */
async function runCommands(input: SetupInput, { commands, log }: { commands: readonly string[]; log: SetupLog }): Promise<string | null> {
  const { values, missing } = await openSetupSecrets(input.workspaceId, input.environment.secrets);
  if (missing.length > 0) log.write(`note: the workspace has no setup secret ${missing.join(", ")}\n`);
  const redact = secretForms(Object.values(values));
  const failure = await withAgent(input, async (agent) => {
    for (const command of commands) {
      log.write(`$ ${command}\n`);
      const result = await agent.run(command, { environment: values, redact, onOutput: (text) => log.write(text) });
      log.closeLine();
      for (const { host, port, reason } of agent.takeBlocked()) log.write(`blocked by network policy: host ${host}:${port} (${reason})\n`);
      if (result.exitCode !== 0) return `${howItEnded(result)}: ${command.slice(0, 200)}`;
    }
    return null;
  });
  if (redact.length === 0) return failure;
  const left = await withAgent(input, (agent) => findSecrets(agent, redact));
  // Also in memory, in /tmp and in what is still running.
  await input.driver.stop(input.place);
  if (left !== "") throw new SecretLeft(left);
  await input.start();
  return failure;
}

function howItEnded(result: ExecResult): string {
  if (result.timedOut) return `A command took longer than ${limits.setup.commandTimeoutMs / 60_000} minutes`;
  if (result.stoppedFor) return `A command went over the limit of ${result.stoppedFor}`;
  return `A command ended with ${result.exitCode === null ? (result.signal ?? "a signal") : `exit code ${result.exitCode}`}`;
}

interface SetupAgent {
  run(
    command: string,
    options?: {
      environment?: Record<string, string>;
      redact?: readonly string[];
      stdin?: string;
      timeoutMs?: number;
      onOutput?: (text: string) => void;
    },
  ): Promise<ExecResult>;
  takeBlocked: () => ReturnType<SandboxEgress["takeBlocked"]>;
}

const setupCall = "setup";

/** A connection for the setup alone, with the workspace's whole network: what a repository narrows is its agent's. */
async function withAgent<T>(input: SetupInput, work: (agent: SetupAgent) => Promise<T>): Promise<T> {
  const { place, driver, runtime, workspaceId } = input;
  const connection = await connectAgent(driver, place);
  if (!connection) throw new Error("the sandbox ended while it was set up");
  const record = await readRecord(place);
  if (!record) throw new Error("the sandbox ended while it was set up");
  const egress = await openEgress({
    ...{ place, secret: record.secret, workspaceId, connect: runtime.connectOut, listen: driver.listen },
    repository: () => undefined,
  });
  try {
    const network = (await egress.rules()).mode === "none" ? "shared" : "proxy";
    return await work({
      run: (command, options = {}) => runOne(connection, { ...options, command, network }),
      takeBlocked: () => egress.takeOthers(new Set()),
    });
  } finally {
    egress.close();
    connection.close();
  }
}

async function runOne(
  connection: AgentConnection,
  input: Parameters<SetupAgent["run"]>[1] & { command: string; network: "shared" | "proxy" },
): Promise<ExecResult> {
  const { command, network, environment, redact, stdin, onOutput, timeoutMs = limits.setup.commandTimeoutMs } = input;
  const decoder = new StringDecoder("utf8");
  const answer = await connection.call(
    {
      ...{ op: "exec", callId: `${setupCall}-${randomBytes(12).toString("hex")}`, command, cwd: ".", timeoutMs, readOnly: false, network },
      ...(environment && { environment }),
      ...(redact && { redact }),
    },
    {
      timeoutMs: timeoutMs + limits.sandbox.callTimeoutMs,
      ...(stdin !== undefined && { body: Buffer.from(stdin) }),
      ...(onOutput && { onOutput: (chunk: Buffer) => onOutput(decoder.write(chunk)) }),
    },
  );
  return execResultSchema.parse(answer.result);
}

/** The files in which one of these can be read; searched from inside, by what the sandbox may read. */
async function findSecrets(agent: SetupAgent, forms: readonly string[]): Promise<string> {
  const patterns = forms.filter((form) => !form.includes("\n")).join("\n");
  const places = "/workspace /home/agent /outputs /control /tmp /dev/shm";
  // What was made unreadable is as easily made readable again.
  const command = `known="$(cat)"; chmod --recursive --silent u+rX ${places} 2>/dev/null
{ grep --recursive --devices=skip --files-with-matches --text --fixed-strings --file=<(printf '%s\\n' "$known") -- ${places} 2>/dev/null
  find ${places} 2>/dev/null | grep --text --fixed-strings --file=<(printf '%s\\n' "$known") | sed 's/.*/the name of a file/'; } | head -5`;
  const { output, exitCode } = await agent.run(command, { stdin: `${patterns}\n`, timeoutMs: limits.setup.packTimeoutMs });
  if (exitCode !== 0) throw new Error("the sandbox could not be searched for setup secrets");
  return output.trim().split("\n").filter(Boolean).join(", ");
}

/** null, or why there is nothing to keep. */
async function pack(agent: SetupAgent): Promise<string | null> {
  const script = `set -e -o pipefail
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo "the workspace is no git repository"; exit 3; }
changed="$(git status --porcelain --untracked-files=no | head -3)"
[ -z "$changed" ] || { echo "the commands changed files that are under version control: $changed"; exit 3; }
rm -rf "$HOME/${archiveName}"
list="$(mktemp)"
{ git ls-files -z --others --directory --no-empty-directory | sed -z 's,^,workspace/,'
  cd "$HOME" && find . -mindepth 1 -maxdepth 1 ! -name ${archiveName} -print0 | sed -z 's,^\\./,home/agent/,'; } > "$list"
tar --create --file="$HOME/${archiveName}" --directory=/ --null --verbatim-files-from --files-from="$list"
rm -f "$list"`;
  const { exitCode, output } = await agent.run(script, { timeoutMs: limits.setup.packTimeoutMs });
  return exitCode === 0 ? null : output.trim().slice(0, 300) || "it could not be packed";
}

async function unpack(agent: SetupAgent): Promise<boolean> {
  const script = `set -e; tar --extract --file="$HOME/${archiveName}" --directory=/ --no-same-owner; rm -f "$HOME/${archiveName}"`;
  const { exitCode, output } = await agent.run(script, { timeoutMs: limits.setup.packTimeoutMs });
  if (exitCode !== 0) logger.warn({ output: output.slice(0, 500) }, "the kept result of a setup could not be unpacked; it is run again");
  return exitCode === 0;
}

const reportEveryMs = 1_000;

/** What is said of a setup: the last part of its output, sent on from time to time. */
class SetupLog {
  private readonly input: SetupInput;
  private readonly startedAt = new Date().toISOString();
  private reportedAt = 0;
  private saving: Promise<void> | null = null;
  text = "";

  constructor(input: SetupInput) {
    this.input = input;
  }

  write(text: string): void {
    this.text = (this.text + text).slice(-limits.setup.logChars);
    if (this.saving !== null || performance.now() - this.reportedAt < reportEveryMs) return;
    this.reportedAt = performance.now();
    this.saving = this.input
      .onReport(this.report("running"))
      .catch((error: unknown) => logger.warn({ err: error }, "a setup's log could not be saved"))
      .finally(() => {
        this.saving = null;
      });
  }

  closeLine(): void {
    if (!this.text.endsWith("\n")) this.text += "\n";
  }

  async end(state: "none" | "done" | "failed", more: Partial<SetupReport> = {}): Promise<SetupReport> {
    await this.saving; // the last report is what stays
    const report = { ...this.report(state), endedAt: new Date().toISOString(), ...more };
    await this.input.onReport(report);
    return report;
  }

  private report(state: SetupReport["state"]): SetupReport {
    const { source, setup } = this.input.environment;
    // A NUL has no place in the database's texts.
    const log = this.text.replaceAll("\0", "");
    return { state, source, commands: [...setup], log, cachedAt: null, startedAt: this.startedAt, endedAt: null, error: null };
  }
}
