"use client";

import { CloudOff } from "lucide-react";
import { Button } from "./button.tsx";

/** A part of the page that could not be loaded. */
export function ErrorState({
  message,
  onRetry,
  title = "This could not be loaded",
}: {
  message: string;
  onRetry?: () => void;
  title?: string;
}) {
  return (
    <div role="alert" className="flex flex-col items-center rounded-xl border border-line border-dashed px-6 py-10 text-center">
      <CloudOff aria-hidden className="size-5 text-danger" />
      <p className="mt-3 font-semibold">{title}</p>
      <p className="mt-1 max-w-md break-words text-muted text-sm">{message}</p>
      {onRetry ? (
        <Button className="mt-4" onClick={onRetry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
