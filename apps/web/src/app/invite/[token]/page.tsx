import type { Metadata } from "next";
import { AuthFrame } from "../../../features/auth/auth-frame.tsx";
import { InviteAcceptance } from "../../../features/tenancy/invite-acceptance.tsx";

export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

export default async function InviteRoute({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return (
    <AuthFrame>
      <InviteAcceptance token={token} />
    </AuthFrame>
  );
}
