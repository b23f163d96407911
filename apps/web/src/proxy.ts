import { type NextRequest, NextResponse } from "next/server";

// Only whether a cookie is there: what it is worth, the page and every call find out for themselves.
const sessionCookieNames = ["authjs.session-token", "__Secure-authjs.session-token"];

/** Sends visitors of the workspaces to the sign-in page, and back to where they wanted to be afterwards. */
export function proxy(request: NextRequest): NextResponse {
  if (sessionCookieNames.some((name) => request.cookies.has(name))) return NextResponse.next();
  const signIn = new URL("/sign-in", request.nextUrl);
  signIn.searchParams.set("callbackUrl", request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.redirect(signIn);
}

export const config = { matcher: ["/w/:path*", "/workspaces/:path*"] };
