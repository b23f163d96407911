import { mkdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { say } from "./say.ts";

const mailSchema = z.looseObject({ to: z.string(), subject: z.string(), text: z.string() });

/** Prints each mail that lands in the local outbox from now on: whom it is for and the link in it. */
export function printMails(dataDirectory: string, signal: AbortSignal): void {
  const outbox = join(dataDirectory, "mails");
  mkdirSync(outbox, { recursive: true });
  const seen = new Set<string>();
  const watcher = watch(outbox, { signal }, (_event, name) => {
    if (name === null || !name.endsWith(".json") || seen.has(name)) return;
    try {
      const mail = mailSchema.parse(JSON.parse(readFileSync(join(outbox, name), "utf8")));
      seen.add(name);
      const link = /https?:\/\/\S+/.exec(mail.text)?.[0];
      say.step(`mail to ${mail.to}: ${mail.subject}${link ? `\n    ${link}` : ""}`);
    } catch {
      // Still being written, or no mail: the file's next change is looked at again.
    }
  });
  watcher.on("error", () => undefined);
}
