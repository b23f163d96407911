/** `npm run demo [-- --json --repo <url or path> --task "…" --model <id> --approve]`: one task, headless, over the REST API. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { LoggedEvent } from "@opencode/core/modules/sessions/contract.ts";
import { z } from "zod";
import { describeStep } from "../client/describe-step.ts";
import { followSession } from "../client/follow-session.ts";
import { createSessionByRest } from "../client/rest-client.ts";
import { describeSummary, summariseSession } from "../client/summarise-session.ts";
import { runSeed } from "../run-seed.ts";
import { say } from "../say.ts";
import { type ProductInUse, useProduct } from "../use-product.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    repo: { type: "string" },
    task: { type: "string" },
    model: { type: "string" },
    approve: { type: "boolean", default: false },
  },
});

const accessSchema = z.object({
  workspaceId: z.string(),
  ownerId: z.string(),
  slug: z.string(),
  repositoryId: z.string(),
  apiKey: z.string(),
  guidedPrompt: z.string(),
});

function repositoryLocation(): string | null {
  if (flags.repo === undefined) return null;
  return /^https?:\/\//.test(flags.repo) ? flags.repo : resolve(flags.repo);
}

async function runTask(product: ProductInUse) {
  const access = await runSeed("local-access.ts", { env: product.env, input: { repository: repositoryLocation() }, result: accessSchema });
  const prompt = flags.task ?? access.guidedPrompt;
  say.step(`task: ${prompt}`);
  const sessionId = await createSessionByRest(
    { url: product.url, apiKey: access.apiKey },
    { repositoryId: access.repositoryId, prompt, ...(flags.model === undefined ? {} : { model: flags.model }) },
  );
  say.plain(`    watch it: ${product.url}/w/${access.slug}/sessions/${sessionId}`);
  const said = new Set<string>();
  const onChange = (_view: unknown, event: LoggedEvent) => {
    const line = describeStep(event);
    const key = event.type === "part.updated" ? event.data.part.id : `${event.seq}`;
    if (line === null || said.has(key)) return;
    said.add(key);
    say.plain(`  ${line}`);
    if (event.type === "permission.updated") answer(product, { ...access, sessionId });
  };
  const view = await followSession({ url: product.url, apiKey: access.apiKey, sessionId }, { onChange });
  return { sessionId, summary: summariseSession(view) };
}

function answer(
  product: ProductInUse,
  { workspaceId, sessionId, ownerId }: { workspaceId: string; sessionId: string; ownerId: string },
): void {
  if (!flags.approve) {
    say.warn("the agent waits for an answer: give it in the browser, or run the demo with --approve");
    return;
  }
  runSeed("answer-permissions.ts", {
    env: product.env,
    input: { workspaceId, sessionId, answeredBy: ownerId },
    result: z.object({ answered: z.number() }),
  }).catch((error: unknown) => say.fail(error instanceof Error ? error.message : String(error)));
}

async function main(): Promise<boolean> {
  const product = await useProduct();
  try {
    const { sessionId, summary } = await runTask(product);
    for (const line of describeSummary(summary)) say.plain(`    ${line}`);
    const ok = summary.outcome === "completed" && (summary.testsAfter === null || summary.testsAfter.failed === 0);
    if (flags.json) {
      const { steps, toolCalls, filesChanged, testsBefore, testsAfter, durationMs } = summary;
      process.stdout.write(`${JSON.stringify({ ok, sessionId, steps, toolCalls, filesChanged, testsBefore, testsAfter, durationMs })}\n`);
    }
    return ok;
  } finally {
    await product.release();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  say.fail(error instanceof Error ? error.message : String(error));
  if (flags.json) process.stdout.write(`${JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) })}\n`);
  process.exitCode = 1;
}
