import { z } from "zod";

const problemSchema = z.looseObject({ title: z.string(), detail: z.string().optional() });
const createdSchema = z.looseObject({ sessionId: z.string() });

/** Starts a session with its first prompt through the public REST API; answers the session's id. */
export async function createSessionByRest(
  access: { url: string; apiKey: string },
  input: { repositoryId: string; prompt: string; model?: string },
): Promise<string> {
  const response = await fetch(`${access.url}/api/v1/sessions`, {
    method: "POST",
    headers: { authorization: `Bearer ${access.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const body: unknown = await response.json();
  if (!response.ok) {
    const problem = problemSchema.safeParse(body);
    throw new Error(problem.success ? (problem.data.detail ?? problem.data.title) : `POST /api/v1/sessions answered ${response.status}`);
  }
  return createdSchema.parse(body).sessionId;
}
