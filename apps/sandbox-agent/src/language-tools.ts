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

/** the agent ends who writes longer lines than 8 MB */
const maxAnswerBytes = 4 * 1024 * 1024;
/** For how many times a question's own time a server may leave all of them unanswered: it loads a large project, or it hangs. */
const patience = 6;

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

/** Ends, and the server with it, when that will not answer any more: the next question starts both anew. */
function serve(): void {
  let session: LanguageSession | null = null;
  let unansweredSince: number | null = null;
  createInterface({ input: process.stdin })
    .on("line", async (line) => {
      const { id, request } = JSON.parse(line) as { id: number; request: LanguageQuestion };
      const askedAt = performance.now();
      // One that ended is started anew.
      if (session?.client.hasEnded) session = null;
      const answer = await (async () => {
        session ??= openSession(request);
        return session ? answerQuestion(session, request) : { state: "missing" };
      })().catch(failed);
      unansweredSince = answer.state === "timeout" ? (unansweredSince ?? askedAt) : null;
      const isHung = unansweredSince !== null && performance.now() - unansweredSince > patience * request.timeoutMs;
      const isOfNoUse = session !== null && (session.hasFailed || isHung);
      process.stdout.write(`${id} ${shortened(JSON.stringify(answer))}\n`, () => isOfNoUse && process.exit(0));
    })
    .on("close", () => process.exit(0));
}

function shortened(answer: string): string {
  return Buffer.byteLength(answer) <= maxAnswerBytes ? answer : JSON.stringify(failed(new Error("its answer is too long")));
}

const [argument = "{}"] = process.argv.slice(2);
if (argument === "serve") serve();
else await once(JSON.parse(argument));
