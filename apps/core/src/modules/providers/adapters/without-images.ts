import type { ModelContent, ModelImage, ModelRequest } from "../contract.ts";

/** The request for a model that can't see: each picture is a sentence that says that it was there. */
export function withoutImages(request: ModelRequest): ModelRequest {
  return { ...request, messages: request.messages.map((message) => ({ ...message, content: message.content.map(described) })) };
}

function described(part: ModelContent): ModelContent {
  if (part.type === "image") return { type: "text", text: note(part) };
  if (part.type !== "tool-result" || !part.images?.length) return part;
  const { images, ...result } = part;
  return { ...result, output: [part.output, ...images.map(note)].filter((text) => text !== "").join("\n") };
}

function note({ mime, data }: ModelImage): string {
  const kilobytes = Math.max(1, Math.round((data.length * 3) / 4 / 1024));
  return `[A picture (${mime}, ${kilobytes} KB) stands here. You can't see pictures: say so if it matters.]`;
}
