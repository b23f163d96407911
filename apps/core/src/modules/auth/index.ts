export { createAuthSession, findViewer, readSessionToken, sessionCookie } from "./auth-session.ts";
export type { Viewer } from "./contract.ts";
export { authRouter } from "./router.ts";
