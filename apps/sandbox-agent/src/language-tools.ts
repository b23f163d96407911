import { createInterface } from "node:readline";
import { type FormatRequest, formatFiles } from "./format-files.ts";
import { type Answered, answerQuestion, type LanguageQuestion, openSession } from "./language-question.ts";
import type { LanguageSession } from "./language-session.ts";

/**
 * `node language-tools.mjs <request>`: formats files, starts a language server, asks it, prints one line of JSON and ends;
 * nothing stays behind, so that a call can be repeated by its id. `node language-tools.mjs serve`: is asked by lines
 * `{id, request}`, keeps its server, and answers `<id> <JSON>`.
 */
interface Request extends LanguageQuestion {
  readonly format: readonly FormatRequest[];
}

const failed = (error: unknown): Answered => ({ state: "failed", message: error instanceof Error ? error.message : "unknown error" });

async function once(request: Request): Promise<void> {
  const formatted = formatFiles(request.format, request.root);
  let session: LanguageSession | null = null;
  const answered = await (async () => {
    session = openSession(request);
    return session ? answerQuestion(session, request) : { state: "missing" };
  })().catch(failed);
  process.stdout.write(`${JSON.stringify({ formatted, answered })}\n`, () => process.exit(0));
}

function serve(): void {
  let session: LanguageSession | null = null;
  createInterface({ input: process.stdin })
    .on("line", async (line) => {
      const { id, request } = JSON.parse(line) as { id: number; request: LanguageQuestion };
      // One that ended is started anew.
      if (session?.client.hasEnded) session = null;
      const answer = await (async () => {
        session ??= openSession(request);
        return session ? answerQuestion(session, request) : { state: "missing" };
      })().catch(failed);
      process.stdout.write(`${id} ${JSON.stringify(answer)}\n`);
    })
    .on("close", () => process.exit(0));
}

const [argument = "{}"] = process.argv.slice(2);
if (argument === "serve") serve();
else await once(JSON.parse(argument));
