function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100dvh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{max-width:22rem;padding:1.5rem}h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:0 0 1.25rem;opacity:.75;overflow-wrap:anywhere}
button,a.button{display:block;width:100%;box-sizing:border-box;font:inherit;font-weight:600;text-align:center;padding:.6rem 1rem;border:0;border-radius:.5rem;background:#2563eb;color:#fff;text-decoration:none;cursor:pointer}`;

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  // The address is the secret: it must not travel on.
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

function page(title: string, body: string, status: number): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
  return new Response(html, { status, headers });
}

/** Asks before it signs in: a link that somebody else's page or a mail scanner opened does nothing by itself. */
export function confirmSignInPage(email: string): Response {
  return page("Sign in?", `<p>You will be signed in as ${escapeHtml(email)}.</p><form method="post"><button>Sign in</button></form>`, 200);
}

export function deadSignInLinkPage(): Response {
  const advice = "It works once, and for a day. Start the product again to get a new one, or sign in by e-mail.";
  return page("This link does not work any more", `<p>${advice}</p><a class="button" href="/sign-in">Sign in by e-mail</a>`, 410);
}
