import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

async function start(settings: Record<string, string>) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.stubEnv("DATA_DIR", await mkdtemp(join(tmpdir(), "opencode-mails-")));
  vi.resetModules();
  const { GET } = await import("../../../apps/web/src/app/api/dev/mails/route.ts");
  const { sendMail } = await import("@opencode/core/platform/mail/send-mail.ts");
  return { GET, sendMail };
}
const mail = { to: "ann@example.test", subject: "Hello", text: "text", html: "<p>text</p>" };

afterEach(() => vi.unstubAllEnvs());

test("a single machine without a mail server shows its mails, the newest first", async () => {
  const { GET, sendMail } = await start({ SINGLE_MACHINE: "true" });
  await sendMail(mail);
  await sendMail({ ...mail, subject: "Hello again" });
  const { mails } = await (await GET()).json();
  expect(mails.map((shown: { subject: string }) => shown.subject)).toEqual(["Hello again", "Hello"]);
});

test("anywhere else there is no such page, and without a mail server no mail", async () => {
  const { GET, sendMail } = await start({ SINGLE_MACHINE: "false" });
  expect((await GET()).status).toBe(404);
  await expect(sendMail(mail)).rejects.toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("SMTP_URL") });
  const withServer = await start({ SINGLE_MACHINE: "true", SMTP_URL: "smtp://127.0.0.1:1" });
  expect((await withServer.GET()).status).toBe(404);
  await expect(withServer.sendMail(mail)).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 60 });
});
