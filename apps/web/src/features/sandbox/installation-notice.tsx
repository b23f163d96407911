"use client";

import { Callout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { useHealth } from "./use-health.ts";

/** Says what is missing on this installation, and what to install, when the agent can't work because of it. */
export function InstallationNotice() {
  const { data } = useHealth();
  const { sandbox, worker, engine } = data?.components ?? {};
  if (sandbox && sandbox.status !== "up" && sandbox.kind !== "unknown") {
    const { text, command } = splitAdvice(sandbox.message ?? "");
    return (
      <Callout tone="warning" title="The agent can’t run yet: this machine has no sandbox">
        <p>{text || "Install bubblewrap or Docker. The agent never runs on the bare machine."}</p>
        {command ? (
          <span className="mt-1.5 inline-flex max-w-full items-center gap-1 rounded-md border border-line bg-surface pl-2">
            <code className="overflow-x-auto whitespace-nowrap font-mono text-fg text-xs">{command}</code>
            <CopyButton text={command} label="Copy command" />
          </span>
        ) : null}
      </Callout>
    );
  }
  const stopped = [worker, engine].find((component) => component && component.status !== "up");
  if (!stopped) return null;
  return (
    <Callout tone="warning" title="Work is waiting: a part of this installation does not answer">
      {stopped.message ?? "Prompts are kept and start by themselves as soon as it is back."}
    </Callout>
  );
}

/** The advice's sentence, and the command that it ends with, if any ("…: apt-get install bubblewrap"). */
function splitAdvice(message: string): { text: string; command: string | null } {
  const command = /`([^`]+)`/.exec(message)?.[1] ?? /((?:sudo )?(?:apt(?:-get)?|dnf|brew|pacman) \S.*)$/.exec(message)?.[1] ?? null;
  return {
    text: command
      ? message
          .replace(`\`${command}\``, "")
          .replace(command, "")
          .replace(/[:\s]+$/, ":")
      : message,
    command,
  };
}
