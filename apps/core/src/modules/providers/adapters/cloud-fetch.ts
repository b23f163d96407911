import { z } from "zod";
import { findProvider } from "../catalogue/catalogue.ts";
import type { ModelSource } from "../model-source.ts";
import { signAwsRequest } from "./aws-signature.ts";
import { toServerSentEvents } from "./event-stream.ts";
import { googleToken } from "./google-token.ts";
import { type Fetch, sourceFetch } from "./source-fetch.ts";

const bodySchema = z.looseObject({ model: z.string(), stream: z.boolean().optional() });

/**
 * The `fetch` under the SDK of a source: what the SDK would send to the provider itself is sent to the cloud that has
 * the provider's models, at its address, with its proof of the key, and its answer is given back as the SDK knows it.
 */
export function cloudFetch(source: ModelSource): Fetch {
  const send = sourceFetch(source);
  switch (findProvider(source.provider)?.transport) {
    case "bedrock":
      return (url, init) => sendToBedrock(source, send, url, init);
    case "vertex":
      return (url, init) => sendToVertex(source, send, url, init);
    case "foundry":
    case "azure":
      return (url, init) => send(url, { ...init, headers: { ...headersOf(init), "api-key": source.apiKey } });
    case undefined:
      return send;
  }
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  const headers = Object.fromEntries(new Headers(init?.headers).entries());
  return headers;
}

/** The SDK's request in the form that both clouds take: the model stands in the address, the version and betas in the body. */
function cloudBody(init: RequestInit | undefined): { model: string; stream: boolean; body: Record<string, unknown>; betas: string[] } {
  const { model, stream = false, ...body } = bodySchema.parse(JSON.parse(typeof init?.body === "string" ? init.body : "{}"));
  const betas = (headersOf(init)["anthropic-beta"] ?? "").split(",").filter((beta) => beta !== "");
  return { model, stream, body, betas };
}

async function sendToBedrock(source: ModelSource, send: Fetch, url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { model, stream, body, betas } = cloudBody(init);
  const target = new URL(String(url instanceof Request ? url.url : url));
  target.pathname = target.pathname.replace(
    /\/v1\/messages$/,
    `/model/${encodeURIComponent(model)}/invoke${stream ? "-with-response-stream" : ""}`,
  );
  target.search = "";
  const text = JSON.stringify({ anthropic_version: "bedrock-2023-05-31", ...(betas.length > 0 ? { anthropic_beta: betas } : {}), ...body });
  const { accessKeyId = "", region = "us-east-1" } = source.fields ?? {};
  const proof =
    accessKeyId === ""
      ? { "content-type": "application/json", authorization: `Bearer ${source.apiKey}` }
      : signAwsRequest(target, text, { accessKeyId, secretAccessKey: source.apiKey, region }, new Date());
  const response = await send(target, { method: "POST", body: text, headers: proof, signal: init?.signal ?? null });
  if (!response.ok || !response.body || !stream) return response;
  return new Response(toServerSentEvents(response.body), { status: 200, headers: { "content-type": "text/event-stream" } });
}

async function sendToVertex(source: ModelSource, send: Fetch, url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { model, stream, body, betas } = cloudBody(init);
  const { project = "", region = "global" } = source.fields ?? {};
  const target = new URL(String(url instanceof Request ? url.url : url));
  const place = `/projects/${project}/locations/${region}/publishers/anthropic/models/${encodeURIComponent(model)}`;
  target.pathname = target.pathname.replace(/\/v1\/messages$/, `${place}:${stream ? "streamRawPredict" : "rawPredict"}`);
  target.search = "";
  const token = await googleToken(source.apiKey, send, init?.signal ?? undefined);
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${token}`,
    ...(betas.length > 0 ? { "anthropic-beta": betas.join(",") } : {}),
  };
  const text = JSON.stringify({ anthropic_version: "vertex-2023-10-16", ...body, stream });
  return send(target, { method: "POST", body: text, headers, signal: init?.signal ?? null });
}
