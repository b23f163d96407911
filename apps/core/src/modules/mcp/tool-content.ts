import { z } from "zod";

const blockSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image"), data: z.string(), mimeType: z.string() }),
  z.looseObject({ type: z.literal("audio"), mimeType: z.string() }),
  z.looseObject({ type: z.literal("resource_link"), uri: z.string(), name: z.string().optional() }),
  z.looseObject({
    type: z.literal("resource"),
    resource: z.looseObject({ uri: z.string(), text: z.string().optional(), mimeType: z.string().optional() }),
  }),
]);

const resultSchema = z.looseObject({
  content: z.array(z.unknown()).default([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

/** What a server's tool answered, as text for the model. */
export interface McpAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** Reads a server's answer leniently: what is of no known kind is named, not lost silently. */
export function readToolContent(result: unknown): McpAnswer {
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success) return { text: "The server's answer is not a tool result.", isError: true };
  const { content, structuredContent, isError = false } = parsed.data;
  const texts = content.map(textOf).filter((text) => text !== "");
  // Servers that answer with structure repeat it as text; those that don't would answer nothing.
  if (texts.length === 0 && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent, null, 2));
  return { text: texts.join("\n\n") || "The tool answered with nothing.", isError };
}

function textOf(block: unknown): string {
  const parsed = blockSchema.safeParse(block);
  if (!parsed.success) return "[content of an unknown kind]";
  const item = parsed.data;
  switch (item.type) {
    case "text":
      return item.text;
    case "image":
    case "audio":
      return `[${item.type}: ${item.mimeType}]`;
    case "resource_link":
      return `[resource: ${item.name ?? item.uri} (${item.uri})]`;
    case "resource":
      return item.resource.text ?? `[resource: ${item.resource.uri}]`;
  }
}
