import type { z } from "zod";

/** A sentence a model can act on: each wrong field by name, and what it should be. */
export function describeInvalidInput(tool: string, error: z.ZodError): string {
  const problems = error.issues.map((issue) => {
    const field = issue.path.join(".");
    return field === "" ? `- ${issue.message}` : `- ${field}: ${issue.message}`;
  });
  return `The input of ${tool} is not valid, so nothing was done:\n${problems.join("\n")}\nCall ${tool} again with these fields corrected.`;
}
