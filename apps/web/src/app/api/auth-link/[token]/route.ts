import { peekSignInLink, redeemSignInLink, sessionCookie } from "@opencode/core/modules/auth/index.ts";
import { env } from "@opencode/core/platform/env.ts";
import { AppError } from "@opencode/core/platform/errors.ts";
import { newId } from "@opencode/core/platform/ids.ts";
import { safeReturnPath } from "../../../../features/auth/safe-return-path.ts";
import { confirmSignInPage, deadSignInLinkPage } from "../../../../server/auth/sign-in-link-page.ts";
import { originOf } from "../../../../server/http/origin-of.ts";
import { problemResponse } from "../../../../server/rest/problem.ts";

interface RouteContext {
  readonly params: Promise<{ token: string }>;
}

// Typed, pasted or opened from the console: no page had a hand in it, and it is no prefetch.
function isOpenedByPerson(headers: Headers): boolean {
  return headers.get("sec-fetch-site") === "none" && headers.get("sec-fetch-mode") === "navigate" && !headers.has("sec-purpose");
}

async function signInAndGo(request: Request, token: string): Promise<Response> {
  const session = await redeemSignInLink(token);
  const { name, secure } = sessionCookie();
  const path = safeReturnPath(new URL(request.url).searchParams.get("callbackUrl") ?? "/");
  const cookie = `${name}=${session.token}; Path=/; HttpOnly; SameSite=Lax; Expires=${session.expires.toUTCString()}${secure ? "; Secure" : ""}`;
  return new Response(null, {
    status: 303,
    headers: {
      location: new URL(path, env().PUBLIC_URL).href,
      "set-cookie": cookie,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}

async function answer(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === "CONFLICT") return deadSignInLinkPage();
    return problemResponse(error, newId("request"));
  }
}

/** The one-time link: signs in who opened it himself, asks everybody else first. */
export function GET(request: Request, context: RouteContext): Promise<Response> {
  return answer(async () => {
    const { token } = await context.params;
    if (isOpenedByPerson(request.headers)) return signInAndGo(request, token);
    const link = await peekSignInLink(token);
    return link ? confirmSignInPage(link.email) : deadSignInLinkPage();
  });
}

export function POST(request: Request, context: RouteContext): Promise<Response> {
  return answer(async () => {
    if (originOf(request.headers) === "cross-origin") throw new AppError("FORBIDDEN", "Open the link itself, and confirm there.");
    return signInAndGo(request, (await context.params).token);
  });
}
