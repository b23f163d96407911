import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../clock.ts";
import { env } from "../env.ts";
import { newId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Mail } from "./send-mail.ts";

const outboxMailSchema = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  createdAt: z.iso.datetime(),
});
export type OutboxMail = z.infer<typeof outboxMailSchema>;

function directory(): string {
  return join(env().DATA_DIR, "mails");
}

/** Keeps a mail as a file of its own, whole or not at all. File names sort by time; the oldest go when there are many. */
export async function writeToOutbox(mail: Mail): Promise<void> {
  const id = newId("request").replace(/^req_/, "mail_");
  const entry: OutboxMail = { id, ...mail, createdAt: systemClock.now().toISOString() };
  await mkdir(directory(), { recursive: true, mode: 0o700 });
  const partial = join(directory(), `.${id}.partial`);
  await writeFile(partial, JSON.stringify(entry, null, 2), { mode: 0o600 });
  await rename(partial, join(directory(), `${id}.json`));
  for (const old of (await outboxFiles()).slice(limits.mail.outboxKept)) await rm(join(directory(), old), { force: true });
}

async function outboxFiles(): Promise<string[]> {
  try {
    const names = await readdir(directory());
    return names.filter((name) => /^mail_[0-9a-f]{32}\.json$/.test(name)).sort((a, b) => b.localeCompare(a));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The mails of the local outbox, the newest first. A file that is no mail of ours is passed over. */
export async function readOutbox(): Promise<OutboxMail[]> {
  const mails: OutboxMail[] = [];
  for (const name of await outboxFiles()) {
    const text = await readFile(join(directory(), name), "utf8").catch(() => "null");
    const parsed = outboxMailSchema.safeParse(JSON.parse(text));
    if (parsed.success) mails.push(parsed.data);
  }
  return mails;
}
