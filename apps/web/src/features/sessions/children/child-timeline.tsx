"use client";

import type { SessionView } from "@opencode/core/modules/sessions/session-view.ts";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTRPC } from "../../../trpc/trpc-context.ts";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { ImagesOfSession } from "../images/session-images.tsx";
import { useSessionStream } from "../stream/use-session-stream.ts";
import { PartsBlock } from "../timeline/parts-block.tsx";
import { PromptBlock } from "../timeline/prompt-block.tsx";
import { useTimeline } from "../timeline/use-timeline.ts";

/** Everything that a sub-agent does, live, inside its parent's timeline. */
export function ChildTimeline({ sessionId }: { sessionId: string }) {
  const trpc = useTRPC();
  const { data, refetch } = useQuery(
    trpc.sessions.get.queryOptions(
      { sessionId },
      { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
    ),
  );
  const onTrouble = useCallback(() => void refetch(), [refetch]);
  if (!data) return <Skeleton className="h-16" />;
  return <LiveChild sessionId={sessionId} loaded={data.view} onTrouble={onTrouble} />;
}

function LiveChild({ sessionId, loaded, onTrouble }: { sessionId: string; loaded: SessionView; onTrouble: () => void }) {
  const { workspace } = useWorkspace();
  const { view } = useSessionStream({ sessionId, workspaceSlug: workspace.slug, loaded, onTrouble });
  const blocks = useTimeline(view);
  return (
    <ImagesOfSession value={sessionId}>
      <div className="space-y-3 border-line border-l-2 pl-3" data-testid="child-timeline">
        {blocks.map((block) => {
          if (block.kind === "prompt") return <PromptBlock key={block.key} text={block.text} note={null} extras={block.extras} />;
          return block.kind === "parts" ? <PartsBlock key={block.key} parts={block.parts} skippable={false} /> : null;
        })}
      </div>
    </ImagesOfSession>
  );
}
