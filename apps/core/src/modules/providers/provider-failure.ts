import type { WireFault } from "./adapters/wire-fault.ts";
import { findProvider } from "./catalogue/catalogue.ts";
import type { ProviderFailure } from "./contract.ts";
import type { ModelSource } from "./model-source.ts";

type Where = Pick<ModelSource, "provider" | "kind" | "source" | "apiKey" | "baseUrl">;
type Verdict = Omit<ProviderFailure, "status" | "retryAfterMs" | "settingsPath"> & { readonly settings?: boolean };

const maxDetailChars = 300;

/** A provider's own words, fit to be shown: one line, without the key or anything that looks like one. */
export function publicDetail(detail: string, apiKey: string): string {
  const withoutKey = apiKey.length >= 4 ? detail.replaceAll(apiKey, "[key]") : detail;
  return withoutKey
    .replace(/\b(?:sk|pk|rk|gsk|xai|key)[-_][\w*.-]{4,}/gi, "[key]")
    .replace(/\bBearer\s+\S+/gi, "Bearer [key]")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, maxDetailChars);
}

/** How a source is called in a sentence. */
export function sourceName(source: Pick<ModelSource, "provider" | "kind" | "source">): string {
  const known = source.provider === "openai-compatible" ? null : findProvider(source.provider);
  if (known) return known.name;
  return source.source === "platform" ? "The model server (OPENAI_BASE_URL)" : `The model server "${source.provider}"`;
}

function keyAdvice(where: Where): string {
  if (where.source === "workspace") return "Enter a new key in Settings → Providers.";
  const variable = findProvider(where.provider)?.keyEnv[0] ?? "OPENAI_API_KEY";
  return `Add a key of your own in Settings → Providers, or have the operator renew ${variable}.`;
}

/** Why a call failed, for the retry policy and for people. Never holds the key. */
export function failureOf(fault: WireFault, where: Where): ProviderFailure {
  const { settings, ...verdict } = judge(fault, where);
  return {
    ...verdict,
    status: fault.status,
    retryAfterMs: verdict.retryable ? fault.retryAfterMs : null,
    settingsPath: settings ? "settings/providers" : null,
  };
}

function judge(fault: WireFault, where: Where): Verdict {
  const name = sourceName(where);
  switch (fault.kind) {
    case "aborted":
      return { code: "aborted", retryable: false, message: "The call was stopped." };
    case "timeout":
      return { code: "timeout", retryable: true, message: `${name} stopped answering: ${fault.detail}.` };
    case "unreachable":
      return {
        code: "unreachable",
        retryable: true,
        message: `${name} can't be reached${suffix(fault, where)} Check the network${where.baseUrl ? " and the server's address" : ""}.`,
        settings: where.baseUrl !== null && where.source === "workspace",
      };
    case "disconnected":
      return { code: "stream_interrupted", retryable: true, message: `The connection to ${name} broke before its answer was complete.` };
    case "malformed":
      return {
        code: "malformed_stream",
        retryable: true,
        message: `${name} sent something that is no valid answer${suffix(fault, where)}`,
      };
    case "blocked":
      return { code: "address_refused", retryable: false, message: fault.detail, settings: true };
    case "http":
    case "stream-error":
      return judgeAnswer(fault, where, name);
  }
}

const contextPatterns =
  /context[ _-]?(length|window|size)|prompt is too long|too many (input )?tokens|maximum context|input (token count|is too long)|exceeds? .{0,40}(context|tokens)|request_too_large/i;
// Google and xAI answer a wrong key with 400.
const keyPatterns = /api[ _]key not valid|api_key_invalid|(invalid|incorrect) api key/i;
const quotaPatterns = /insufficient_quota|credit balance|billing|exceeded your current quota|payment/i;
// Google says the same of a limit a minute, and how long it lasts.
const passingQuota = /(retry|try again) in \d/i;
const overloadPatterns = /overloaded/i;

function judgeAnswer(fault: WireFault, where: Where, name: string): Verdict {
  const { status, type } = fault;
  const words = `${type ?? ""} ${fault.detail}`;
  if (
    status === 401 ||
    (status === 400 && keyPatterns.test(words)) ||
    /authentication_error|invalid_api_key|unauthorized/i.test(type ?? "")
  ) {
    return {
      code: "invalid_key",
      retryable: false,
      message: `${name} refused the key: it is wrong or was revoked. ${keyAdvice(where)}`,
      settings: true,
    };
  }
  if (status === 402 || (status !== 529 && quotaPatterns.test(words) && !passingQuota.test(words))) {
    const message = `${name} says that the account has no credit left${suffix(fault, where)} Add credit there, or take another key or model.`;
    return { code: "quota_exceeded", retryable: false, message, settings: true };
  }
  if (status === 403 || type === "permission_error") {
    return {
      code: "forbidden",
      retryable: false,
      message: `${name} does not allow this key to do that${suffix(fault, where)} ${keyAdvice(where)}`,
      settings: true,
    };
  }
  if (status === 429 || (status !== 413 && /rate_limit/i.test(type ?? ""))) {
    return { code: "rate_limited", retryable: true, message: `${name} takes no more calls at the moment (rate limit).` };
  }
  if (status === 413 || contextPatterns.test(words)) {
    const message = `The conversation is longer than the model can read${suffix(fault, where)} Start a new session, or take a model with a larger context.`;
    return { code: "context_too_long", retryable: false, message };
  }
  if (status === 404) {
    return {
      code: "model_not_found",
      retryable: false,
      message: `${name} does not know this model${suffix(fault, where)} Choose another one.`,
      settings: true,
    };
  }
  if (status === 529 || overloadPatterns.test(words))
    return { code: "overloaded", retryable: true, message: `${name} is overloaded at the moment.` };
  if (status === 408 || status === 409 || status === null || status >= 500) {
    return { code: "server_error", retryable: true, message: `${name} had a fault of its own${suffix(fault, where)}` };
  }
  return { code: "bad_request", retryable: false, message: `${name} refused the call${suffix(fault, where)}` };
}

function suffix(fault: WireFault, where: Where): string {
  const detail = publicDetail(fault.detail, where.apiKey).replace(/[.\s]+$/, "");
  return detail ? `: ${detail}.` : ".";
}
