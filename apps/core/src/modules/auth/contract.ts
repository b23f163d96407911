import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

/** The person behind a request. */
export const viewerSchema = z.object({
  id: idSchema("user"),
  email: z.string(),
  name: z.string().nullable(),
  image: z.string().nullable(),
});
export type Viewer = z.infer<typeof viewerSchema>;
