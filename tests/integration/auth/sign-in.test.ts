import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterAll, describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { startGithub } from "./github-stand-in.ts";

const mails: { to: string[]; source: string }[] = [];
const smtp = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  onData: async (stream, session, done) => {
    let source = "";
    for await (const chunk of stream) source += String(chunk);
    mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), source });
    done();
  },
});
smtp.listen(0, "127.0.0.1");
await once(smtp.server, "listening");
const { port: smtpPort } = smtp.server.address() as AddressInfo;
const github = await startGithub({ id: "client", secret: "shh" });

const origin = process.env.PUBLIC_URL ?? "";
process.env.SMTP_URL = `smtp://127.0.0.1:${smtpPort}`;
process.env.AUTH_GITHUB_ID = "client";
process.env.AUTH_GITHUB_SECRET = "shh";
process.env.AUTH_GITHUB_BASE_URL = github.url;

const { NextRequest } = await import("next/server.js");
const { GET, POST } = await import("../../../apps/web/src/app/api/auth/[...nextauth]/route.ts");
const { findViewer, readSessionToken } = await import("@opencode/core/modules/auth/index.ts");
const { dangerouslyAcrossTenants } = await import("@opencode/core/platform/database/database.ts");

afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(resolve));
  await github.close();
});

const browser = (host?: string) =>
  openBrowser(origin, (request) => {
    if (host) request.headers.set("host", host);
    return (request.method === "GET" ? GET : POST)(new NextRequest(request));
  });

function viewerOf({ cookies }: ReturnType<typeof browser>) {
  const token = readSessionToken([...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
  return token ? findViewer(token) : null;
}

function linkIn(source: string): string {
  const text = source
    .replace(/=\r?\n/g, "")
    .replaceAll("=3D", "=")
    .replaceAll("&amp;", "&");
  return /http:\/\/localhost:\d+\/api\/auth\/callback\/nodemailer\?[^\s"<]+/.exec(text)?.[0] ?? "";
}

describe("a link by e-mail", () => {
  test("signs in once, keeps only hashes, and the sign-out ends it", async () => {
    const first = browser("evil.test");
    const asked = await first.post("/api/auth/signin/nodemailer", { email: "Ann@Example.Test", callbackUrl: "/w/acme" });
    expect(asked.location).toBe(`${origin}/api/auth/verify-request?provider=nodemailer&type=email`);
    expect(mails.at(-1)?.to).toEqual(["ann@example.test"]);
    const link = linkIn(mails.at(-1)?.source ?? "");
    expect(link).toContain(origin);

    const opened = await first.get(link);
    expect(opened.location).toBe(`${origin}/w/acme`);
    const viewer = await viewerOf(first);
    expect(viewer).toMatchObject({ email: "ann@example.test" });
    expect(viewer?.id).toMatch(/^usr_/);
    const session = JSON.parse((await first.get("/api/auth/session")).text);
    expect(session.user).toEqual({ id: viewer?.id, email: "ann@example.test", name: null, image: null });
    expect(Object.keys(session).sort()).toEqual(["expires", "user"]);

    const rows = await dangerouslyAcrossTenants("a test looks at the sign-ins", (tx) => tx.authSession.findMany());
    expect(rows.map((row) => row.sessionToken)).not.toContain(first.cookies.get("authjs.session-token"));

    const second = browser();
    expect((await second.get(link)).location).toContain("/auth/error?error=Verification");
    expect(await viewerOf(second)).toBeNull();

    await first.post("/api/auth/signout", {});
    expect(first.cookies.has("authjs.session-token")).toBe(false);
    expect(await dangerouslyAcrossTenants("a test looks at the sign-ins", (tx) => tx.authSession.count())).toBe(0);
  });

  test("leads to no other site", async () => {
    const visitor = browser();
    await visitor.post("/api/auth/signin/nodemailer", { email: "open@example.test", callbackUrl: "https://evil.test/" });
    expect((await visitor.get(linkIn(mails.at(-1)?.source ?? ""))).location).toBe(origin);
  });

  test("is sent to one address five times in ten minutes at most", async () => {
    const before = mails.length;
    const answers: (string | null)[] = [];
    for (let index = 0; index < 7; index++) {
      answers.push((await browser().post("/api/auth/signin/nodemailer", { email: "often@example.test" })).location);
    }
    expect(mails.length - before).toBe(5);
    expect(answers.slice(5)).toEqual(Array(2).fill(`${origin}/auth/error?error=TooManyMails`));
  });

  test("is refused without the form's token, and to what is no address", async () => {
    const forged = browser();
    const body = new URLSearchParams({ email: "csrf@example.test", csrfToken: "forged" });
    const before = mails.length;
    await POST(new NextRequest(new URL("/api/auth/signin/nodemailer", origin), { method: "POST", body }));
    await forged.post("/api/auth/signin/nodemailer", { email: "a@b.test,c@d.test" });
    await forged.post("/api/auth/signin/nodemailer", { email: "" });
    expect(mails.length).toBe(before);
  });
});

describe("GitHub", () => {
  async function signIn() {
    const visitor = browser();
    const { location } = await visitor.post("/api/auth/signin/github", { callbackUrl: "/workspaces" });
    const back = await fetch(location ?? "", { redirect: "manual" });
    const done = await visitor.get(back.headers.get("location") ?? "");
    return { visitor, location: done.location };
  }

  test("signs in with the verified primary address, and finds the person again", async () => {
    const emails = [
      { email: "Old@Example.test", primary: false, verified: true },
      { email: "Grace@Example.test", primary: true, verified: true },
    ];
    github.become({ id: 7, login: "grace", name: "Grace", emails });
    const first = await signIn();
    expect(first.location).toBe(`${origin}/workspaces`);
    const viewer = await viewerOf(first.visitor);
    expect(viewer).toMatchObject({ email: "grace@example.test", name: "Grace" });
    expect(await viewerOf((await signIn()).visitor)).toEqual(viewer);
  });

  test("refuses an address that nobody proved, and one that is somebody else's account", async () => {
    github.become({ id: 8, login: "mallory", name: null, emails: [{ email: "victim@example.test", primary: true, verified: false }] });
    const unproven = await signIn();
    expect(unproven.location).toContain("/auth/error?error=");
    expect(await viewerOf(unproven.visitor)).toBeNull();

    github.become({ id: 9, login: "other", name: null, emails: [{ email: "grace@example.test", primary: true, verified: true }] });
    const taken = await signIn();
    expect(taken.location).toContain("OAuthAccountNotLinked");
    expect(await viewerOf(taken.visitor)).toBeNull();
  });
});
