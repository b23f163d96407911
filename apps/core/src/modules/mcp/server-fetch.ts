import { env } from "../../platform/env.ts";
import { limits } from "../../platform/limits.ts";
import { publicFetch } from "../../platform/public-fetch.ts";

/**
 * The `fetch` for servers whose address tenants enter: public addresses only (everything on a single machine), and an
 * answer's body ends after `limits.mcp.maxResponseBytes`.
 */
export async function serverFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await (env().SINGLE_MACHINE ? fetch(url, init) : publicFetch(url, init));
  if (!response.body) return response;
  let left: number = limits.mcp.maxResponseBytes;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength;
        if (left < 0) controller.error(new Error(`the server's answer is larger than ${limits.mcp.maxResponseBytes} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(bounded, { status, statusText, headers });
}

/** The same for the short questions of a sign-in: they are answered in time or not at all. */
export function signInFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const expired = AbortSignal.timeout(limits.mcp.connectTimeoutMs);
  return serverFetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, expired]) : expired });
}
