import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { env } from "../../../platform/env.ts";
import { idSchema } from "../../../platform/ids.ts";

const grantSchema = z.object({
  /** "link": in an address, once, for a minute; "visit": in the preview's cookie */
  kind: z.enum(["link", "visit"]),
  workspaceId: idSchema("workspace"),
  sessionId: idSchema("session"),
  sandboxId: z.string(),
  port: z.number().int(),
  userId: idSchema("user"),
  id: z.string(),
  expiresAt: z.number(),
});
export type PreviewGrant = z.infer<typeof grantSchema>;

function signature(payload: string): string {
  return createHmac("sha256", env().INTERNAL_SECRET).update(`preview.${payload}`).digest("base64url");
}

export function signGrant(grant: Omit<PreviewGrant, "id">): string {
  const payload = Buffer.from(JSON.stringify({ ...grant, id: randomBytes(12).toString("base64url") })).toString("base64url");
  return `${payload}.${signature(payload)}`;
}

/** The grant of this kind that the token proves for this very preview, or null. */
export function readGrant(
  token: string | null,
  expected: { kind: PreviewGrant["kind"]; sandboxId: string; port: number; now: number },
): PreviewGrant | null {
  const [payload = "", given = "", ...rest] = (token ?? "").split(".");
  const [a, b] = [Buffer.from(given), Buffer.from(signature(payload))];
  if (rest.length > 0 || a.length !== b.length || !timingSafeEqual(a, b)) return null;
  const parsed = grantSchema.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  if (!parsed.success) return null;
  const grant = parsed.data;
  const fits = grant.kind === expected.kind && grant.sandboxId === expected.sandboxId && grant.port === expected.port;
  return fits && grant.expiresAt > expected.now ? grant : null;
}
