import { authRouter } from "./modules/auth/index.ts";
import { router } from "./modules/tenancy/index.ts";

/** Everything that a browser may ask for. */
export const appRouter = router({
  auth: authRouter,
});

export type AppRouter = typeof appRouter;
