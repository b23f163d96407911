import { describe, expect, it } from "vitest";
import { renderInviteEmail } from "./invite-email.tsx";
import { renderSignInEmail } from "./sign-in-email.tsx";

describe("mails", () => {
  it("shows a name that holds markup as text", async () => {
    const mail = await renderInviteEmail({
      workspaceName: "<script>alert(1)</script>\r\nBcc: all@example.test",
      invitedByName: "Ann",
      email: "bob@example.test",
      role: "member",
      inviteUrl: "http://localhost:3000/invite/abc",
      expiresAt: new Date("2026-12-01T00:00:00Z"),
    });
    expect(mail.html).not.toContain("<script>");
    expect(mail.html).toContain("http://localhost:3000/invite/abc");
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.text).toContain("December 1, 2026");
  });

  it("holds the sign-in link in both bodies", async () => {
    const mail = await renderSignInEmail({ url: "http://localhost:3000/api/auth/callback/email?token=t&email=e", host: "localhost:3000" });
    expect(mail.html).toContain("token=t&amp;email=e");
    expect(mail.text).toContain("token=t&email=e");
  });
});
