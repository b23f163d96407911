import { render, Text } from "react-email";
import { EmailLayout } from "./email-layout.tsx";
import type { RenderedEmail } from "./rendered-email.ts";

export interface SignInEmailProps {
  readonly url: string;
  readonly host: string;
}

function SignInEmail({ url, host }: SignInEmailProps) {
  return (
    <EmailLayout
      preview={`Your link to sign in to ${host}`}
      heading={`Sign in to ${host}`}
      action={{ label: "Sign in", url }}
      footer="The link works once and for one day. If you did not ask for it, nothing happens when you ignore this mail."
    >
      <Text>Use this link in the browser that you want to be signed in with.</Text>
    </EmailLayout>
  );
}

export async function renderSignInEmail(props: SignInEmailProps): Promise<RenderedEmail> {
  return {
    subject: `Sign in to ${props.host}`,
    html: await render(<SignInEmail {...props} />),
    text: `Sign in to ${props.host}:\n${props.url}\n\nThe link works once and for one day. If you did not ask for it, ignore this mail.\n`,
  };
}
