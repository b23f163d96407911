export {
  createAuthSession,
  endAuthSession,
  extendAuthSession,
  findAuthSessionAndUser,
  findViewer,
  readSessionToken,
  sessionCookie,
  storeAuthSession,
} from "./auth-session.ts";
export type { Viewer } from "./contract.ts";
export { createUser, findUser } from "./create-user.ts";
export { ensureUser } from "./ensure-user.ts";
export { authRouter } from "./router.ts";
export { createSignInLink, peekSignInLink, redeemSignInLink } from "./sign-in-link.ts";
export { maySendSignInMail, sendSignInMail } from "./sign-in-mail.ts";
