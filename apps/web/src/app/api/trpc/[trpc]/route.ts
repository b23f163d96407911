import { appRouter } from "@opencode/core/app-router.ts";
import { databaseUnavailable, isDatabaseUnavailable } from "@opencode/core/platform/database/database-unavailable.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { limits } from "@opencode/core/platform/limits.ts";
import { logger } from "@opencode/core/platform/logger.ts";
import { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { originOf } from "../../../../server/http/origin-of.ts";
import { readBody } from "../../../../server/http/read-body.ts";
import { createRequestContext } from "../../../../server/request-context.ts";
import { problemResponse } from "../../../../server/rest/problem.ts";

async function contextOf(request: Request) {
  try {
    return await createRequestContext(request.headers);
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    const cause = databaseUnavailable(error);
    throw new TRPCError({ code: "SERVICE_UNAVAILABLE", message: cause.message, cause });
  }
}

// Prompts may come with pictures.
const withPictures = new Set(["sessions.create", "sessions.submitPrompt", "sessions.steer", "compare.create"]);

function maxBodyOf(url: string): number {
  const names = new URL(url).pathname.split("/").at(-1)?.split(",") ?? [];
  return names.some((name) => withPictures.has(name)) ? limits.request.maxPromptBodyBytes : limits.request.maxBodyBytes;
}

async function handle(request: Request): Promise<Response> {
  try {
    if (request.method !== "GET" && originOf(request.headers) === "cross-origin") {
      throw new AppError(
        "FORBIDDEN",
        "This can be called only from the product's own pages. Other programs use the REST API with an API key.",
      );
    }
    const { url, headers, method, signal } = request;
    const req = method === "GET" ? request : new Request(url, { method, headers, signal, body: await readBody(request, maxBodyOf(url)) });
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req,
      router: appRouter,
      createContext: () => contextOf(req),
      // Procedures log their own failures; without a context none was reached.
      onError: ({ error, ctx, path }) => {
        if (!ctx) logger.error({ err: error.cause ?? error, path }, "tRPC request failed before its procedure");
      },
    });
  } catch (error) {
    return problemResponse(error, newId("request"));
  }
}

export { handle as GET, handle as POST };
