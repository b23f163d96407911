import { publicProcedure, router } from "../tenancy/index.ts";

export const authRouter = router({
  me: publicProcedure.query(({ ctx }) => ctx.user),
});
