"use client";

import { Page } from "../../../ui/page.tsx";
import { DemoBanner } from "../../providers/demo-banner.tsx";
import { InstallationNotice } from "../../sandbox/installation-notice.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { NewSession } from "../composer/new-session.tsx";
import { SessionList } from "./session-list.tsx";

/** The workspace's front page: begin something, and see what is going on. */
export function SessionsHome() {
  const { may } = useWorkspace();
  return (
    <Page className="space-y-8">
      <div className="space-y-3 empty:hidden">
        <InstallationNotice />
        <DemoBanner />
      </div>
      {may("sessions.write") ? <NewSession /> : null}
      <SessionList />
    </Page>
  );
}
