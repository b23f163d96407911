"use client";

import "./globals.css";

/** The last resort: the page's own frame failed. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="grid min-h-dvh place-items-center px-6">
          <div className="max-w-md text-center">
            <h1 className="font-semibold text-lg">The page could not be shown</h1>
            <p className="mt-1.5 text-muted">Your work is safe: a session goes on without the page. Reload to try again.</p>
            {error.digest ? <p className="mt-2 font-mono text-faint text-sm">{error.digest}</p> : null}
            <button type="button" onClick={reset} className="mt-5 h-8 rounded-md bg-accent-solid px-3 font-medium text-on-accent text-sm">
              Reload
            </button>
          </div>
        </main>
      </body>
    </html>
  );
}
