import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { z } from "zod";
import { databaseUnavailable, isDatabaseUnavailable } from "../../platform/database/database-unavailable.ts";
import { AppError, type ErrorCode } from "../../platform/errors.ts";
import type { UserId } from "../../platform/ids.ts";
import { logger } from "../../platform/logger.ts";
import { slugSchema } from "./contract.ts";
import { findMembershipBySlug, type WorkspaceScope } from "./find-membership.ts";
import { type Permission, roleMay } from "./permissions.ts";

/** What the HTTP edge knows of a request; the workspace's slug is a claim until a membership proves it. */
export interface RequestContext {
  readonly user: {
    readonly id: UserId;
    readonly email: string;
    readonly name: string | null;
    readonly image: string | null;
  } | null;
  readonly unverifiedWorkspaceSlug: string | null;
  readonly requestId: string;
}

const trpcCodeOf: Record<ErrorCode, TRPCError["code"]> = {
  BAD_REQUEST: "BAD_REQUEST",
  UNAUTHENTICATED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  CONFLICT: "CONFLICT",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNPROCESSABLE: "UNPROCESSABLE_CONTENT",
  TOO_MANY_REQUESTS: "TOO_MANY_REQUESTS",
  PROVIDER_ERROR: "BAD_GATEWAY",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

interface ProcedureMeta {
  readonly permission?: Permission;
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      // Only an AppError or an input error has a message that was written for people.
      message:
        error.cause instanceof AppError || error.cause instanceof z.ZodError || error.code !== "INTERNAL_SERVER_ERROR"
          ? shape.message
          : "Something went wrong on our side. Try again; if it stays, tell the operator the request id.",
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: shape.data.path,
        requestId: ctx?.requestId ?? null,
        fields: error.cause instanceof z.ZodError ? z.flattenError(error.cause).fieldErrors : null,
        retryAfterSeconds: error.cause instanceof AppError ? (error.cause.retryAfterSeconds ?? null) : null,
      },
    }),
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

// `next()` never throws: it resolves {ok: false}. An AppError is given its tRPC code here, once.
const mapErrors = t.middleware(async ({ next, path, ctx }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = isDatabaseUnavailable(result.error.cause) ? databaseUnavailable(result.error.cause) : result.error.cause;
  if (cause instanceof AppError) {
    throw new TRPCError({ code: trpcCodeOf[cause.code], message: cause.message, cause });
  }
  if (result.error.code === "INTERNAL_SERVER_ERROR") {
    logger.error({ err: cause ?? result.error, path, requestId: ctx.requestId }, "procedure failed");
  }
  return result;
});

/** Anybody, signed in or not. */
export const publicProcedure = t.procedure.use(mapErrors);

/** Anybody who is signed in; concerns no workspace. */
export const userProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in to continue." });
  return next({ ctx: { user: ctx.user } });
});

/**
 * A member of the workspace that the request names, with the right to do this. The membership is read for every
 * call, so that a removed member is out at once; somebody who is no member is told that there is no such workspace.
 */
export function workspaceProcedure(permission: Permission) {
  return userProcedure.meta({ permission }).use(async ({ ctx, next }) => {
    const slug = slugSchema.safeParse(ctx.unverifiedWorkspaceSlug);
    const membership = slug.success ? await findMembershipBySlug(ctx.user.id, slug.data) : null;
    if (!membership) throw new TRPCError({ code: "NOT_FOUND", message: "This workspace was not found, or you are not a member of it." });
    if (!roleMay(membership.role, permission)) {
      throw new TRPCError({
        code: "FORBIDDEN",
        message: `Your role (${membership.role}) may not do this. Ask an owner or admin of the workspace.`,
      });
    }
    const scope: WorkspaceScope = membership;
    return next({ ctx: { scope } });
  });
}
