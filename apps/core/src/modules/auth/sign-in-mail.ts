import { systemClock } from "../../platform/clock.ts";
import { dangerouslyAcrossTenants } from "../../platform/database/database.ts";
import { limits } from "../../platform/limits.ts";
import { sendMail } from "../../platform/mail/send-mail.ts";
import { createRateLimiter } from "../../platform/rate-limiter.ts";
import { countSignInMails } from "./repo.ts";

const { validMs, perAddress, perProcess, windowMs } = limits.signInMail;
const ofThisProcess = createRateLimiter({ requests: perProcess, windowMs });

/**
 * Whether another sign-in mail may go to this address now. Counted by the tokens in the database, so that it holds
 * across processes and restarts; a cap for the whole process keeps us from being a mail cannon at many addresses.
 */
export async function maySendSignInMail(email: string): Promise<boolean> {
  const madeInWindow = new Date(systemClock.now().getTime() + validMs - windowMs);
  const count = await dangerouslyAcrossTenants("a person who signs in is in no workspace yet", (tx) =>
    countSignInMails(tx, email, madeInWindow),
  );
  return count < perAddress && ofThisProcess.take("sign-in mails").ok;
}

/** Mails the link that next-auth made. UNAVAILABLE when no mail can be sent. */
export async function sendSignInMail(input: { email: string; url: string }): Promise<void> {
  const { renderSignInEmail } = await import("@opencode/emails/sign-in-email.tsx");
  await sendMail({ to: input.email, ...(await renderSignInEmail({ url: input.url, host: new URL(input.url).host })) });
}
