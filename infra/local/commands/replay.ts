/** `npm run replay -- <session id> [--json]`: plays a session again from its log and shows where it would go another way; exit code 1 then. */
import { parseArgs } from "node:util";
import { say } from "../say.ts";
import { useProduct } from "../use-product.ts";

const { values, positionals } = parseArgs({ options: { json: { type: "boolean", default: false } }, allowPositionals: true });
const [sessionId] = positionals;

async function main(id: string): Promise<number> {
  const product = await useProduct();
  try {
    Object.assign(process.env, product.env, { SERVICE_NAME: "replay", LOG_LEVEL: "error" });
    const { replaySession } = await import("@opencode/core/modules/sessions/index.ts");
    const { closeDatabase } = await import("@opencode/core/platform/database/database.ts");
    const result = await replaySession(id);
    await closeDatabase();
    const isSame = result.differences.length === 0;
    if (values.json) process.stdout.write(`${JSON.stringify({ ok: isSame, sessionId: id, ...result })}\n`);
    else {
      for (const difference of result.differences) say.plain(`    ${difference}`);
      const size = `${result.turns} turns, ${result.steps} steps`;
      if (isSame) say.step(`the session goes the same way again: ${size}`);
      else say.fail(`the session goes another way: ${size}`);
    }
    return isSame ? 0 : 1;
  } finally {
    await product.release();
  }
}

if (sessionId === undefined) {
  say.fail("Name a session: npm run replay -- <session id> [--json]");
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await main(sessionId);
  } catch (error) {
    say.fail(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
