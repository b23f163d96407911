import { appRouter } from "@opencode/core/app-router.ts";
import { createCallerFactory } from "@opencode/core/modules/tenancy/index.ts";
import type { Person } from "./two-tenants.ts";

export interface Outcome {
  /** "OK" or the error's code */
  readonly code: string;
  readonly answer: unknown;
}

const createCaller = createCallerFactory(appRouter);

/** Calls a procedure by its path, as that person, in that workspace. */
export async function callProcedure(path: string, who: Person | null, slug: string | null, input: unknown): Promise<Outcome> {
  const user = who && { id: who.id, email: who.email, name: who.name, image: null };
  let target: unknown = createCaller({ user, unverifiedWorkspaceSlug: slug, requestId: "req_test" });
  for (const name of path.split(".")) target = Reflect.get(Object(target), name);
  if (typeof target !== "function") throw new Error(`${path} is no procedure`);
  try {
    return { code: "OK", answer: await target(input) };
  } catch (error) {
    if (error instanceof Error && error.name === "TRPCError" && "code" in error) return { code: String(error.code), answer: error.message };
    throw error;
  }
}

/** Every procedure of the router, from the router itself. */
export function listProcedures(): { path: string; kind: string }[] {
  return Object.entries(appRouter._def.procedures).map(([path, procedure]) => ({ path, kind: kindOf(procedure) }));
}

function kindOf(procedure: unknown): string {
  const definition: unknown = Reflect.get(Object(procedure), "_def");
  return String(Reflect.get(Object(definition), "type"));
}
