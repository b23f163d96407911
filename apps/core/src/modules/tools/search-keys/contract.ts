import { z } from "zod";
import { idSchema } from "../../../platform/ids.ts";

export const searchProviders = ["brave", "tavily", "exa", "searxng"] as const;
export const searchProviderSchema = z.enum(searchProviders);
export type SearchProvider = z.infer<typeof searchProviderSchema>;

export const addSearchKeySchema = z
  .object({
    provider: searchProviderSchema,
    key: z.string().trim().max(4_000).default(""),
    baseUrl: z
      .url({ protocol: /^https?$/, error: "Give the server's https address." })
      .max(2_000)
      .optional(),
  })
  .refine(({ provider, key }) => provider === "searxng" || key.length >= 8, { path: ["key"], error: "Give the key." })
  .refine(({ provider, baseUrl }) => provider !== "searxng" || baseUrl !== undefined, {
    path: ["baseUrl"],
    error: "Give the server's address.",
  });
export type AddSearchKeyInput = z.input<typeof addSearchKeySchema>;

export const searchKeySchema = z.object({
  id: idSchema("searchKey"),
  provider: searchProviderSchema,
  hint: z.string(),
  baseUrl: z.string().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
});
export type SearchKeyView = z.infer<typeof searchKeySchema>;
