"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";

const refreshMs = 4_000;

/** What listens in the sandbox, each with a way to look at it. */
export function PortList({ sessionId, onTerminal }: { sessionId: string; onTerminal: () => void }) {
  const trpc = useTRPC();
  const { may } = useWorkspace();
  const ports = useQuery(trpc.previews.ports.queryOptions({ sessionId }, { refetchInterval: refreshMs, retry: false }));
  const open = useMutation(
    trpc.previews.open.mutationOptions({
      onSuccess: ({ url }) => {
        // Without a way back: what is shown there is not ours.
        window.open(url, "_blank", "noopener,noreferrer");
      },
      onError: (error) => toast.error(errorMessage(error)),
    }),
  );
  const mayOpen = may("sandboxes.write");
  // What was there before may be gone with its machine: it is not offered any more.
  if (ports.error) return <Line>{errorMessage(ports.error)}</Line>;
  if (!ports.data) return <Line>Looking…</Line>;
  const { awake, ports: list, previewProblem } = ports.data;
  if (!awake) return <Line>The sandbox sleeps: nothing listens.</Line>;
  if (list.length === 0) {
    return (
      <Line>
        Nothing listens. Start a server in the{" "}
        <Button variant="link" className="inline p-0" onClick={onTerminal}>
          terminal
        </Button>{" "}
        and it shows up here.
      </Line>
    );
  }
  return (
    <div className="space-y-1.5">
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface text-sm">
        {list.map((port) => (
          <li key={port} className="flex min-h-9 items-center gap-3 px-3 py-1" data-testid="sandbox-port">
            <code className="flex-1 font-mono text-xs tabular-nums">localhost:{port}</code>
            {mayOpen && previewProblem === null ? (
              <Button
                size="sm"
                variant="ghost"
                busy={open.isPending && open.variables.port === port}
                onClick={() => open.mutate({ sessionId, port })}
              >
                <ExternalLink aria-hidden />
                Preview
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {previewProblem !== null ? <p className="text-faint text-xs">{previewProblem}</p> : null}
    </div>
  );
}

function Line({ children }: { children: React.ReactNode }) {
  return <p className="rounded-lg border border-line bg-surface px-3 py-2 text-muted text-sm">{children}</p>;
}
