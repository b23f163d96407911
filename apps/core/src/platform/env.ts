import { z } from "zod";
import { envExamples } from "./env-examples.ts";
import { providerKeyVariables } from "./provider-key-variables.ts";

const optionalUrl = z.url({ protocol: /^https?$/ }).optional();
const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");

/**
 * Every environment variable that the product reads, each with a sentence (they also stand in `.env.example`).
 * `npm start` fills what a single machine needs; a deployment sets them itself.
 */
const schema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production").describe("production, development or test."),
  SERVICE_NAME: z.string().default("opencode").describe("Name of this process in logs and traces."),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("How much is logged: fatal, error, warn, info, debug, trace or silent."),
  SINGLE_MACHINE: flag
    .default(false)
    .describe("Local paths as repositories, the mail outbox page and the first-start link are for one machine only."),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default("http://localhost:3000")
    .describe("The address that browsers use."),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")
    .describe("Postgres >= 15 with pgvector >= 0.8."),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(10).describe("Database connections of one process."),
  DATABASE_PREPARED_STATEMENTS: flag
    .default(true)
    .describe("false behind a pooler that gives each transaction another connection and does not know of prepared statements."),
  DATABASE_EMBEDDED: flag.default(false).describe("Set by the supervisor when DATABASE_URL is the embedded database."),
  SECRETS_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits: openssl rand -hex 32")
    .describe("Seals provider keys and tokens (AES-256-GCM)."),
  SECRETS_KEY_PREVIOUS: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits: openssl rand -hex 32")
    .optional()
    .describe("The key before a rotation: still opens, no longer seals."),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters").describe("Signs next-auth's own tokens."),
  AUTH_GITHUB_ID: z.string().min(1).optional().describe("Client id of a GitHub OAuth app, for signing in with GitHub."),
  AUTH_GITHUB_SECRET: z.string().min(1).optional().describe("Client secret of that OAuth app."),
  AUTH_GITHUB_BASE_URL: optionalUrl.describe("GitHub Enterprise, or a stand-in in tests."),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, "must begin with smtp:// or smtps://")
    .optional()
    .describe("The mail server; without it mail stays in a local outbox (one machine only)."),
  MAIL_FROM: z.string().default("OpenCode <opencode@localhost>").describe("Sender of every mail."),
  INTERNAL_SECRET: z.string().min(32).describe("Signs calls between our own processes (live feed hints, worker status)."),
  WORKER_INTERNAL_URL: optionalUrl.describe("Where web and the engine reach a worker; with several, any of them."),
  WORKER_ADDRESS: optionalUrl.describe(
    "Where other processes of ours reach this very worker; needed where several workers share WORKER_INTERNAL_URL.",
  ),
  WORKER_PORT: z.coerce.number().int().min(1).max(65535).default(3010).describe("Where the worker listens."),
  PREVIEW_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .default(3020)
    .describe("Where the worker serves previews of what runs in sandboxes."),
  PREVIEW_URL: optionalUrl.describe(
    "Below this address each preview has an origin of its own; a domain of its own (and every name below it) that leads to PREVIEW_PORT. Without it there are no previews.",
  ),
  ENGINE_PORT: z.coerce.number().int().min(1).max(65535).default(8288).describe("Where the single-machine engine listens."),
  ENGINE_HOST: z.string().default("127.0.0.1").describe("The address the single-machine engine listens on."),
  ENGINE_SDK_URLS: z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((url) => url.trim())
        .filter((url) => url !== ""),
    )
    .pipe(z.array(z.url({ protocol: /^https?$/ })))
    .describe("Addresses, with commas between, that the engine asks to register their functions, until each has answered."),
  ENGINE_RETRY_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe("Milliseconds between the attempts of a failed step, instead of Inngest's schedule of 15 seconds to 2 hours."),
  ENGINE_RETENTION_HOURS: z.coerce.number().positive().default(168).describe("Hours after which the engine sweeps runs that have ended."),
  ENGINE_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(512).describe("Calls that the engine makes at the same time at most."),
  ENGINE_CALL_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .optional()
    .describe("Milliseconds after which a call of the SDK that has not been answered counts as failed; two hours when it is not set."),
  INNGEST_BASE_URL: optionalUrl.describe("The durable engine: ours on one machine, Inngest in production."),
  INNGEST_EVENT_KEY: z.string().optional().describe("Inngest's key for sending events."),
  INNGEST_SIGNING_KEY: z.string().optional().describe("Inngest's key that proves its calls to the worker."),
  INNGEST_DEV: flag.optional().describe("Unsigned calls between SDK and engine, for one machine."),
  DATA_DIR: z.string().default(".data").describe("Mirrors, sandboxes and snapshots of this machine."),
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin").describe("Where git is looked for."),
  HTTPS_PROXY: optionalUrl.describe(
    "The proxy by which git reaches repositories, and sandboxes the internet (by CONNECT, for the ports 80 and 443).",
  ),
  NO_PROXY: z.string().optional().describe("Hosts that are reached without the proxy, separated by commas."),
  REPOSITORY_HISTORY: z
    .enum(["full", "lean"])
    .default("full")
    .describe("What is fetched of a repository's history: everything where it is not too large, or never the contents of older files."),
  GIT_SSL_CAINFO: z
    .string()
    .optional()
    .describe("A file of certificates that git trusts besides the system's, for a git server of your own."),
  SANDBOX_DRIVER: z
    .enum(["auto", "bubblewrap", "docker", "kubernetes", "seatbelt"])
    .default("auto")
    .describe(
      "auto takes bubblewrap where it works, else Docker; kubernetes is for more than one machine; seatbelt (macOS) is not tested by us.",
    ),
  SANDBOX_DOCKER_IMAGE: z.string().default("opencode-sandbox:latest").describe("Image of a Docker sandbox."),
  SANDBOX_IMAGES: z
    .string()
    .default("*")
    .describe("Images that repositories may ask for, where the driver has images: names with *, separated by commas; empty for none."),
  SANDBOX_DOCKER_RUNTIME: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional()
    .describe("Another runtime of the Docker daemon, such as runsc (gVisor)."),
  SANDBOX_KUBERNETES_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional()
    .describe("Where the kubernetes driver makes its pods; nothing else should be there."),
  SANDBOX_KUBERNETES_CLAIM: z
    .string()
    .min(1)
    .optional()
    .describe("A ReadWriteMany volume claim that holds DATA_DIR, for workers and pods."),
  SANDBOX_KUBERNETES_EGRESS: z
    .string()
    .regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/i, "must be an IP address and a port, such as 10.1.2.3:3030")
    .transform((value) => ({ host: value.slice(0, value.lastIndexOf(":")).replace(/[[\]]/g, ""), port: Number(value.split(":").at(-1)) }))
    .optional()
    .describe("This worker's own address, and the port on which pods reach its proxies there; without it pods have no network."),
  SANDBOX_KUBERNETES_RUNTIME_CLASS: z.string().min(1).optional().describe("Another runtime class of the cluster, such as gvisor."),
  SANDBOX_PRIVATE_NETWORKS: z
    .string()
    .default("")
    .describe("Ranges that sandboxes may reach although they are not public (a package mirror of your own), separated by commas."),
  SANDBOX_PROXY_NAMES: flag
    .default(false)
    .describe(
      "Sandboxes' requests name their host to the proxy of HTTPS_PROXY instead of the address that was checked: where it decides by names or names can't be looked up here. It has to refuse private addresses itself then.",
    ),
  LANGUAGE_SERVERS: z
    .string()
    .default("typescript,pyright")
    .transform((names) => names.split(",").map((name) => name.trim()))
    .describe(
      "Language servers that sandboxes get from us when a repository brings none (30 MB each, copied at first use); empty for none.",
    ),
  ANTHROPIC_API_KEY: z.string().min(1).optional().describe("Anthropic's models for every workspace of this installation."),
  ANTHROPIC_BASE_URL: optionalUrl.describe("Another address that speaks Anthropic's API."),
  OPENAI_API_KEY: z.string().min(1).optional().describe("OpenAI's models for every workspace of this installation."),
  OPENAI_BASE_URL: optionalUrl.describe("Any server that speaks OpenAI's API: vLLM, LiteLLM, OpenRouter, …"),
  ...providerKeyVariables,
  MODELS_ALLOWED: z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern !== ""),
    )
    .describe("Models that this installation allows at all, as patterns with commas between; everything when not set."),
  OLLAMA_BASE_URL: z.url().default("http://127.0.0.1:11434").describe("Found by itself where it answers."),
  MODEL_FIRST_BYTE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(60_000)
    .describe("How long a provider may take until its answer begins; more for large models on small machines."),
  MODEL_IDLE_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(120_000)
    .describe("How long a provider may fall silent in the middle of an answer before the call is made again."),
  DEMO_MODEL_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(15)
    .describe("Pause between two words of the demo model; 0 in tests."),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl.describe("Where traces go; none are sent without it."),
});

export type Env = z.infer<typeof schema>;

/** The schema's variables, each with its sentence and an example; `.env.example` is written from them. */
export const envVariables: readonly { name: string; description: string | undefined; example: string | undefined }[] = Object.entries(
  schema.shape,
).map(([name, field]) => ({ name, description: field.description, example: envExamples[name] }));

export type EnvProblem = { name: string; problem: string };

/** Parses a set of variables; empty strings count as missing. Names every problem at once. */
export function parseEnv(source: Record<string, string | undefined>): { ok: true; env: Env } | { ok: false; problems: EnvProblem[] } {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(present);
  if (result.success) return { ok: true, env: result.data };
  return {
    ok: false,
    problems: result.error.issues.map((issue) => {
      const name = issue.path.join(".");
      return { name, problem: name in present ? issue.message : "is not set" };
    }),
  };
}

/** One line for people: the variable, what is wrong with it, and how it would be right. */
export function explainEnvProblem({ name, problem }: EnvProblem): string {
  const example = envExamples[name];
  return `${name}: ${problem.replace(/\.$/, "")}.${example === undefined ? "" : ` Example: ${name}=${example}`}`;
}

let cached: Env | undefined;

/** The process's environment, parsed once. A missing or malformed variable ends the process with its name and what is wrong. */
export function env(): Env {
  if (cached) return cached;
  const parsed = parseEnv(process.env);
  if (!parsed.ok) {
    for (const problem of parsed.problems) process.stderr.write(`${explainEnvProblem(problem)}\n`);
    process.exit(1);
  }
  cached = parsed.env;
  // next-auth takes the address of its links from here, and else from the Host header, which anybody can forge.
  process.env.AUTH_URL = cached.PUBLIC_URL;
  return cached;
}

const engineSchema = schema.pick({
  LOG_LEVEL: true,
  DATABASE_URL: true,
  ENGINE_PORT: true,
  ENGINE_HOST: true,
  ENGINE_SDK_URLS: true,
  ENGINE_RETRY_INTERVAL_MS: true,
  ENGINE_RETENTION_HOURS: true,
  ENGINE_MAX_IN_FLIGHT: true,
  ENGINE_CALL_TIMEOUT_MS: true,
  INNGEST_EVENT_KEY: true,
  INNGEST_SIGNING_KEY: true,
  INNGEST_DEV: true,
});
export type EngineEnv = z.infer<typeof engineSchema>;

/** The part of the environment that the single-machine engine reads: it needs none of the product's secrets. */
export function engineEnv(): EngineEnv {
  const present = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = engineSchema.safeParse(present);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const name = issue.path.join(".");
    process.stderr.write(`${explainEnvProblem({ name, problem: name in present ? issue.message : "is not set" })}\n`);
  }
  process.exit(1);
}
