import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { RuleLayer } from "@opencode/core/modules/tools/index.ts";
import { z } from "zod";

const evasionSchema = z.object({ id: z.union([z.number(), z.string()]).optional(), class: z.enum(["rm", "edit"]), command: z.string() });
type Evasion = z.infer<typeof evasionSchema>;

const ownEvasions = new URL("../../apps/core/src/modules/tools/shell/fixtures/evasions.jsonl", import.meta.url);
const allow = { permission: "*", pattern: "*", action: "allow" } as const;
const rules: Readonly<Record<"rm" | "edit", RuleLayer>> = {
  rm: { layer: "workspace", rules: [allow, { permission: "bash", pattern: "rm *", action: "deny" }] },
  edit: { layer: "workspace", rules: [allow, { permission: "edit", pattern: "*", action: "deny" }] },
};

const maxMs = 1;

/** The product's own code wants an environment; nothing of it is used here. */
async function load() {
  const secret = "0".repeat(64);
  const unused = {
    DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
    SECRETS_KEY: secret,
    AUTH_SECRET: secret,
    INTERNAL_SECRET: secret,
  };
  for (const [name, value] of Object.entries(unused)) process.env[name] ??= value;
  const { decide, findTool } = await import("@opencode/core/modules/tools/index.ts");
  const { makeEffectBed } = await import("@opencode/core/modules/tools/testing.ts");
  return { decide, findTool, makeEffectBed };
}
type Loaded = Awaited<ReturnType<typeof load>>;

/**
 * With a file of commands, one a line: how long each takes to be judged, and whether any of them crashes it. With a file
 * of evasions (JSON lines: class rm or edit, command), or without one (our own): how many are stopped, and what those
 * that are allowed do when they are really run.
 */
export async function run(options: { dataset?: string }): Promise<Record<string, unknown>> {
  const text = readFileSync(options.dataset ?? ownEvasions, "utf8");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const loaded = await load();
  if (!lines[0]?.startsWith("{")) return judgeCommands(loaded, lines);
  return judgeEvasions(
    loaded,
    lines.map((line) => evasionSchema.parse(JSON.parse(line))),
  );
}

async function subjectOf({ findTool }: Loaded, { class: kind, command }: Evasion) {
  // One of them is no command but the tool that writes.
  if (kind === "edit" && command === "write tool") return findTool("write")?.subject({ filePath: "F", content: "pwn" });
  return findTool("bash")?.subject({ command });
}

async function judgeEvasions(loaded: Loaded, evasions: readonly Evasion[]): Promise<Record<string, unknown>> {
  const { decide, makeEffectBed } = loaded;
  const bed = await makeEffectBed();
  const through: Evasion[] = [];
  const tookEffect: Evasion[] = [];
  const counts = { allow: 0, ask: 0, deny: 0 };
  try {
    for (const evasion of evasions) {
      const subject = await subjectOf(loaded, evasion);
      if (!subject) throw new Error("there is no such tool");
      const { action } = decide(subject, [rules[evasion.class]]);
      counts[action]++;
      if (action !== "allow") continue;
      through.push(evasion);
      const fate = await bed.run(evasion.command);
      if (evasion.class === "rm" ? fate === "removed" : fate !== "untouched") tookEffect.push(evasion);
    }
  } finally {
    await bed.remove();
  }
  return {
    evasions: evasions.length,
    denied: counts.deny,
    asked: counts.ask,
    allowed: counts.allow,
    tookEffect: tookEffect.length,
    allowedCommands: through.map(({ command }) => command).slice(0, 20),
    // Stated for the whole table of 100 of which the published part is 60.
    peersThroughOf100: { "opencode 1.18": 74, "Claude Code 2.1": 53 },
  };
}

async function judgeCommands({ decide, findTool }: Loaded, commands: readonly string[]): Promise<Record<string, unknown>> {
  const bash = findTool("bash");
  if (!bash) throw new Error("there is no such tool");
  const layers = [rules.rm];
  // The grammar is loaded and compiled by the first calls of a process.
  for (const command of commands.slice(0, 500)) await bash.subject({ command });
  const times: { ms: number; command: string }[] = [];
  const counts = { allow: 0, ask: 0, deny: 0 };
  const crashes: string[] = [];
  for (const command of commands) {
    const before = performance.now();
    try {
      counts[decide(await bash.subject({ command }), layers).action]++;
    } catch (error) {
      crashes.push(`${command}: ${String(error)}`);
    }
    times.push({ ms: performance.now() - before, command });
  }
  // On a machine that has other work a slow one may only have been interrupted: those are judged again. Nothing is remembered in between.
  const again: { ms: number; command: string }[] = [];
  for (const { command } of times.filter(({ ms }) => ms > maxMs)) {
    let ms = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) {
      const before = performance.now();
      decide(await bash.subject({ command }), layers);
      ms = Math.min(ms, performance.now() - before);
    }
    again.push({ ms, command });
  }
  const slowest = again.toSorted((a, b) => b.ms - a.ms);
  const sorted = times.toSorted((a, b) => a.ms - b.ms);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.ms ?? 0);
  return {
    commands: commands.length,
    crashes: crashes.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    maxMs: at(1),
    over1Ms: times.filter(({ ms }) => ms > maxMs).length,
    over1MsWhenRepeated: again.filter(({ ms }) => ms > maxMs).length,
    maxMsWhenRepeated: round(slowest[0]?.ms ?? at(1)),
    slowest: slowest.slice(0, 3).map(({ ms, command }) => `${round(ms)} ms: ${command.slice(0, 120)}`),
    ...counts,
  };
}

const round = (ms: number) => Math.round(ms * 1_000) / 1_000;
