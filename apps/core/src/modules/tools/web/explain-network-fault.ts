import { PrivateAddressError } from "../../../platform/public-fetch.ts";

/** Why a request got no answer, in a sentence for the model. `timedOutAfter` in seconds, when it was that. */
export function explainNetworkFault(error: unknown, timedOutAfter: number | null): string {
  if (timedOutAfter !== null) return `no answer came within ${timedOutAfter} seconds.`;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PrivateAddressError) return `${cause.host} is not a public address, and only those are fetched.`;
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its host name is not known. Check the address.";
    if (code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "nothing answers there.";
    if (/CERT|SSL|TLS/.test(code)) return `its certificate is not valid (${code}).`;
    if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return "the connection was broken off.";
    if (/TIMEOUT/.test(code)) return "the connection took too long.";
  }
  return error instanceof Error ? `${error.message.slice(0, 200)}.` : "the request failed.";
}
