import type { EngineStep } from "@opencode/core/platform/events/engine-run.ts";
import { Circle, CircleCheck, CircleDashed, CircleX, Clock, MessageCircleQuestionMark, RotateCw, TimerOff } from "lucide-react";
import { Spinner } from "../../../ui/spinner.tsx";

const size = "mt-0.5 size-4 shrink-0";

/** How a step stands, as a sign of its own shape; the word stands beside it where it is not obvious. */
export function StepMark({ status }: { status: EngineStep["status"] }) {
  switch (status) {
    case "completed":
      return <CircleCheck aria-label="completed" className={`${size} text-success`} />;
    case "failed":
      return <CircleX aria-label="failed" className={`${size} text-danger`} />;
    case "running":
      return (
        <span role="img" aria-label="running" className={size}>
          <Spinner className="size-4 text-accent" />
        </span>
      );
    case "retrying":
      return <RotateCw aria-label="tried again" className={`${size} text-warning`} />;
    case "waiting":
      return <MessageCircleQuestionMark aria-label="waiting" className={`${size} text-warning`} />;
    case "sleeping":
      return <Clock aria-label="sleeping" className={`${size} text-muted`} />;
    case "timed-out":
      return <TimerOff aria-label="timed out" className={`${size} text-muted`} />;
    case "queued":
      return <CircleDashed aria-label="queued" className={`${size} text-muted`} />;
    case "unknown":
      return <Circle aria-label="state not known" className={`${size} text-faint`} />;
  }
}
