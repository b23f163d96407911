"use client";

import { useQuery } from "@tanstack/react-query";
import { Box } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { InstallationNotice } from "./installation-notice.tsx";
import { NetworkView } from "./network-view.tsx";
import { PortList } from "./port-list.tsx";
import { SandboxFacts } from "./sandbox-facts.tsx";
import { SetupView } from "./setup-view.tsx";

const refreshMs = 10_000;

interface SandboxPanelProps {
  sessionId: string;
  /** changes whenever the session's log says something about the sandbox */
  version: string;
  onTerminal: () => void;
}

/** The session's sandbox: what it is, what it may, what was refused it, how it was set up, and what listens in it. */
export function SandboxPanel({ sessionId, version, onTerminal }: SandboxPanelProps) {
  const trpc = useTRPC();
  const sandbox = useQuery(trpc.sandboxes.get.queryOptions({ sessionId }, { refetchInterval: refreshMs }));
  const { refetch } = sandbox;
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current === version) return;
    shown.current = version;
    void refetch();
  }, [version, refetch]);
  if (sandbox.isPending) {
    return (
      <div className="p-4">
        <SkeletonRows rows={4} label="Loading the sandbox" />
      </div>
    );
  }
  if (!sandbox.data) {
    return (
      <div className="p-4">
        <ErrorState message={errorMessage(sandbox.error)} onRetry={() => refetch()} />
      </div>
    );
  }
  const { data } = sandbox;
  const isMade = data.state !== "none" && data.state !== "destroyed";
  return (
    <div className="space-y-6 p-4" data-testid="sandbox-panel">
      <InstallationNotice />
      {isMade ? (
        <Part title="Sandbox">
          <SandboxFacts view={data} />
        </Part>
      ) : (
        <EmptyState icon={Box} title={data.state === "destroyed" ? "The sandbox was removed" : "No sandbox yet"}>
          {data.state === "destroyed"
            ? "The next prompt makes it again, from the base commit and the last snapshot."
            : "The session gets one with its first prompt: a machine of its own, apart from everything else."}
        </EmptyState>
      )}
      {isMade ? (
        <Part title="Ports">
          <PortList sessionId={sessionId} onTerminal={onTerminal} />
        </Part>
      ) : null}
      <Part title="Network">
        <NetworkView network={data.network} />
      </Part>
      {isMade ? (
        <Part title="Setup">
          <SetupView sessionId={sessionId} setup={data.setup} />
        </Part>
      ) : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-2">
      <h3 className="font-medium text-muted text-xs uppercase tracking-wide">{title}</h3>
      {children}
    </section>
  );
}
