import "server-only";
import { appRouter } from "@opencode/core/app-router.ts";
import { createCallerFactory, type RequestContext } from "@opencode/core/modules/tenancy/index.ts";
import { headers } from "next/headers";
import { cache } from "react";
import { createRequestContext } from "./request-context.ts";

const requestContext = cache(async (): Promise<RequestContext> => createRequestContext(await headers()));

const createCaller = createCallerFactory(appRouter);

/** The signed-in person of this request, for server components; null for a visitor. */
export async function currentViewer() {
  return (await requestContext()).user;
}

/** The API for server components, in the name of this request's person; `workspaceSlug` comes from the page's path. */
export async function serverApi(workspaceSlug: string | null = null) {
  return createCaller({ ...(await requestContext()), unverifiedWorkspaceSlug: workspaceSlug });
}
