import { createTransport, type Transporter } from "nodemailer";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { limits } from "../limits.ts";
import { writeToOutbox } from "./outbox.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

let transport: { url: string; transporter: Transporter } | undefined;

function transporterFor(url: string): Transporter {
  if (transport?.url !== url) {
    transport?.transporter.close();
    const timeouts = {
      connectionTimeout: limits.mail.timeoutMs,
      greetingTimeout: limits.mail.timeoutMs,
      socketTimeout: limits.mail.timeoutMs,
    };
    transport = { url, transporter: createTransport({ url, ...timeouts }) };
  }
  return transport.transporter;
}

/**
 * Sends a mail through SMTP_URL. On a single machine without one it lands in the outbox directory, which a page shows.
 * UNAVAILABLE when there is neither, or when the mail server does not take it.
 */
export async function sendMail(mail: Mail): Promise<void> {
  const { SMTP_URL: url, SINGLE_MACHINE: singleMachine, MAIL_FROM: from } = env();
  if (url === undefined) {
    if (singleMachine) return writeToOutbox(mail);
    throw new AppError("UNAVAILABLE", "No mail can be sent: the operator has to set SMTP_URL.");
  }
  try {
    await transporterFor(url).sendMail({ from, ...mail });
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "The mail server did not take the mail. Try again in a minute.", { cause, retryAfterSeconds: 60 });
  }
}
