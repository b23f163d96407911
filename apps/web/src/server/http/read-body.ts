import { AppError } from "@opencode/core/platform/errors.ts";
import { limits } from "@opencode/core/platform/limits.ts";

const tooLarge = (maxBytes: number) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    `The request's body is over ${Math.floor(maxBytes / 1024 / 1024)} MiB. Put long material into a file of the repository.`,
  );

/** A request's body as text, at most `maxBodyBytes`: counted while it comes, whatever its headers say. */
export async function readBody(request: Request, maxBodyBytes: number = limits.request.maxBodyBytes): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError("BAD_REQUEST", "The request's body is not valid UTF-8.", { cause });
  }
}

/** The body as JSON; `undefined` for an empty one. */
export async function readJson(request: Request, maxBodyBytes?: number): Promise<{ text: string; json: unknown }> {
  const text = await readBody(request, maxBodyBytes);
  if (text === "") return { text, json: undefined };
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new AppError("BAD_REQUEST", "Send the body as application/json.");
  try {
    return { text, json: JSON.parse(text) };
  } catch (cause) {
    throw new AppError("BAD_REQUEST", "The request's body is not valid JSON.", { cause });
  }
}
