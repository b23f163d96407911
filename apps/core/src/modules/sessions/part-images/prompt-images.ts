import { AppError } from "../../../platform/errors.ts";
import type { SessionId, WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { ModelImage } from "../../providers/contract.ts";
import { resolveModel } from "../../providers/index.ts";
import { imageMime } from "../../tools/index.ts";
import type { PromptImage } from "../contract.ts";
import { imageSize } from "./image-size.ts";

/** A picture that came with a prompt, looked at. */
export interface AttachedImage extends ModelImage {
  readonly name: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
}

const { maxBytes, maxPromptBytes, maxEdge, maxPerPrompt } = limits.image;
const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1).replace(".0", "")} MB`;

/**
 * The pictures of a prompt, as what their bytes say they are. BAD_REQUEST for what is none that models take, and for
 * what providers would refuse: it would be refused again with every later prompt of the session.
 */
export function readPromptImages(images: readonly PromptImage[] | undefined): AttachedImage[] {
  if (!images || images.length === 0) return [];
  if (images.length > maxPerPrompt) throw new AppError("BAD_REQUEST", `A prompt takes ${maxPerPrompt} pictures at most.`);
  const attached = images.map(readImage);
  const total = attached.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total > maxPromptBytes) throw new AppError("BAD_REQUEST", `The pictures of a prompt may have ${megabytes(maxPromptBytes)} together.`);
  return attached;
}

function readImage({ name, data }: PromptImage): AttachedImage {
  const content = Buffer.from(data, "base64");
  const mime = imageMime(content);
  const size = imageSize(content);
  if (mime === null || size === null)
    throw new AppError("BAD_REQUEST", `"${name}" is no picture. PNG, JPEG, GIF and WebP can be attached.`);
  if (content.length > maxBytes)
    throw new AppError("BAD_REQUEST", `"${name}" has ${megabytes(content.length)}; a picture may have ${megabytes(maxBytes)}.`);
  const { width, height } = size;
  if (width < 1 || height < 1 || width > maxEdge || height > maxEdge) {
    throw new AppError("BAD_REQUEST", `"${name}" has ${width} × ${height} pixels; a side may have ${maxEdge.toLocaleString("en")}.`);
  }
  return { name, mime, data: content.toString("base64"), sizeBytes: content.length, width, height };
}

/** BAD_REQUEST when the model is known not to see pictures. */
export async function refuseBlindModel(key: { workspaceId: WorkspaceId; sessionId?: SessionId }, model: string): Promise<void> {
  const { info } = await resolveModel(key.workspaceId, model, key.sessionId === undefined ? undefined : { sessionId: key.sessionId });
  if (info.abilities.images !== false) return;
  throw new AppError("BAD_REQUEST", `${info.name} can't see pictures. Choose a model that can, or send the prompt without them.`);
}
