import type { ReactNode } from "react";
import { Body, Button, Container, Head, Heading, Hr, Html, Link, Preview, Text } from "react-email";

const font = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const quiet = { color: "#6b7280", fontSize: "13px", lineHeight: "20px" };

export interface EmailLayoutProps {
  readonly preview: string;
  readonly heading: string;
  readonly action: { readonly label: string; readonly url: string };
  readonly footer: string;
  readonly children: ReactNode;
}

/** The frame of every mail: one heading, one thing to do, its address once more in plain sight. */
export function EmailLayout({ preview, heading, action, footer, children }: EmailLayoutProps) {
  return (
    <Html lang="en">
      <Head />
      <Preview>{preview}</Preview>
      <Body style={{ backgroundColor: "#f6f6f7", fontFamily: font, margin: 0, padding: "32px 12px" }}>
        <Container style={{ backgroundColor: "#ffffff", borderRadius: "8px", maxWidth: "480px", padding: "32px" }}>
          <Text style={{ ...quiet, fontWeight: 600, margin: 0 }}>OpenCode</Text>
          <Heading as="h1" style={{ color: "#111827", fontSize: "20px", lineHeight: "28px", margin: "12px 0" }}>
            {heading}
          </Heading>
          {children}
          <Button
            href={action.url}
            style={{
              backgroundColor: "#111827",
              borderRadius: "6px",
              color: "#ffffff",
              fontSize: "14px",
              fontWeight: 600,
              padding: "12px 20px",
            }}
          >
            {action.label}
          </Button>
          <Text style={quiet}>
            Or open this address: <Link href={action.url}>{action.url}</Link>
          </Text>
          <Hr />
          <Text style={quiet}>{footer}</Text>
        </Container>
      </Body>
    </Html>
  );
}
