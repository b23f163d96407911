import { render, Text } from "react-email";
import { EmailLayout } from "./email-layout.tsx";
import type { RenderedEmail } from "./rendered-email.ts";

export interface InviteEmailProps {
  readonly workspaceName: string;
  readonly invitedByName: string;
  readonly email: string;
  readonly role: string;
  readonly inviteUrl: string;
  readonly expiresAt: Date;
}

function dayOf(date: Date): string {
  return date.toLocaleDateString("en", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

function InviteEmail({ workspaceName, invitedByName, email, role, inviteUrl, expiresAt }: InviteEmailProps) {
  return (
    <EmailLayout
      preview={`${invitedByName} invites you to ${workspaceName}`}
      heading={`Join ${workspaceName}`}
      action={{ label: "See the invitation", url: inviteUrl }}
      footer={`The invitation is for ${email} and stands until ${dayOf(expiresAt)}. If you don't know ${invitedByName}, ignore this mail.`}
    >
      <Text>
        {invitedByName} invites you to work in {workspaceName}, as {role}.
      </Text>
    </EmailLayout>
  );
}

export async function renderInviteEmail(props: InviteEmailProps): Promise<RenderedEmail> {
  const { workspaceName, invitedByName, email, role, inviteUrl, expiresAt } = props;
  return {
    // One line, whatever the names hold.
    subject: `${invitedByName} invites you to ${workspaceName}`.replace(/\s+/g, " "),
    html: await render(<InviteEmail {...props} />),
    text: `${invitedByName} invites you to work in ${workspaceName}, as ${role}:\n${inviteUrl}\n\nThe invitation is for ${email} and stands until ${dayOf(expiresAt)}.\n`,
  };
}
