import { TRPCClientError } from "@trpc/client";
import { z } from "zod";

const issues = z.array(z.object({ message: z.string() })).min(1);
const shape = z.object({ code: z.string(), httpStatus: z.number() });

/** The tRPC code of a failed call ("NOT_FOUND", …); null when the server was never reached. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data = shape.safeParse(error.data);
  return data.success ? data.data.code : null;
}

/** A failure whose message is a sentence for people already. */
export class ToldError extends Error {
  override readonly name = "ToldError";
}

/** A sentence for people about a failed call. */
export function errorMessage(error: unknown): string {
  if (error instanceof ToldError) return error.message;
  if (!(error instanceof TRPCClientError)) return "Something went wrong in the page. Reload it and try again.";
  if (errorCode(error) === null) return "The server can't be reached. Check your connection and try again.";
  return issueMessage(error.message) ?? error.message;
}

// A refused input arrives as the JSON list of what is wrong with it.
function issueMessage(message: string): string | null {
  if (!message.startsWith("[")) return null;
  try {
    const parsed = issues.safeParse(JSON.parse(message));
    return parsed.success ? (parsed.data[0]?.message ?? null) : null;
  } catch {
    return null;
  }
}
