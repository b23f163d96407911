import type { LoggedEvent, Part } from "@opencode/core/modules/sessions/contract.ts";

const firstLine = (text: string, maxChars: number) => {
  const line = text.trim().split("\n")[0] ?? "";
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
};

function describePart(part: Part): string | null {
  switch (part.type) {
    case "tool": {
      if (part.endedAt === null) return null;
      const exit = part.exitCode === null ? "" : ` (exit code ${part.exitCode})`;
      return `${part.state === "error" ? "✗" : "✓"} ${part.tool} ${firstLine(part.title, 100)}${exit}${part.error ? `: ${firstLine(part.error, 120)}` : ""}`;
    }
    case "text":
      return part.endedAt === null || part.text.trim() === "" ? null : `  ${firstLine(part.text, 140)}`;
    case "retry":
      return `… the model's provider failed (${part.code}); trying again`;
    default:
      return null;
  }
}

/** One line for what has just ended or is asked in a session; null for what is still going on. */
export function describeStep(event: LoggedEvent): string | null {
  if (event.type === "part.updated") return describePart(event.data.part);
  if (event.type === "permission.updated" && event.data.request.state === "pending") {
    return `? asks to use ${event.data.request.permission}: ${firstLine(event.data.request.target, 120)}`;
  }
  return null;
}
