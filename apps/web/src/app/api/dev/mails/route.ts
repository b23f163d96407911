import { env } from "@opencode/core/platform/env.ts";
import { notFound } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { readOutbox } from "@opencode/core/platform/mail/outbox.ts";
import { problemResponse } from "../../../../server/rest/problem.ts";

/** The mails of a single machine that has no mail server: whoever sits at it may read them, nobody else is there. */
export async function GET(): Promise<Response> {
  const { SINGLE_MACHINE: singleMachine, SMTP_URL: smtpUrl } = env();
  if (!singleMachine || smtpUrl !== undefined) return problemResponse(notFound("This page"), newId("request"));
  return Response.json({ mails: await readOutbox() }, { headers: { "cache-control": "no-store" } });
}

export const dynamic = "force-dynamic";
