import { PrivateAddressError, publicFetch } from "../../../platform/public-fetch.ts";
import type { ModelSource } from "../model-source.ts";
import { WireFault } from "./wire-fault.ts";

/** `fetch` as the SDKs call it. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The `fetch` of a source: one that can't reach into our own network where tenants enter addresses. */
export function sourceFetch(source: Pick<ModelSource, "publicOnly" | "baseUrl">): Fetch {
  if (!source.publicOnly || source.baseUrl === null) return (url, init) => fetch(url, init);
  return async (url, init) => {
    try {
      return await publicFetch(url instanceof Request ? url.url : url, init);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof PrivateAddressError) throw new WireFault({ kind: "blocked", detail: refusal(cause.host) });
      throw error;
    }
  };
}

function refusal(host: string): string {
  return `The address "${host}" lies inside the service's own network and is not called. Use a server that can be reached over the internet.`;
}
