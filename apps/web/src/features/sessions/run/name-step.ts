import type { Part, ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { toolSubject } from "../timeline/tool-presentation.ts";

const plainNames: Readonly<Record<string, string>> = {
  claim: "Taken up",
  context: "Context",
  finish: "Finished",
  compact: "Conversation shortened",
};

/** A step of a turn's run in plain words; a name that is not known stands as it is. */
export function nameStep(name: string, parts: readonly Part[]): string {
  const plain = plainNames[name];
  if (plain) return plain;
  const [, kind = "", rest = ""] = /^(model|diff|tools|tool|answer|compact|output|finish)-(.+)$/.exec(name) ?? [];
  switch (kind) {
    case "model":
      return rest.endsWith("-shortened") ? `Model ${rest.replace("-shortened", "")}, shortened` : `Model ${rest}`;
    case "compact":
      return `Conversation shortened before model ${rest}`;
    case "output":
      return `Result looked at after model ${rest}`;
    case "finish":
      return "Finished, after one more message";
    case "diff":
      return `Diff ${rest}`;
    case "tools":
      return `Tools, together: ${callOf(rest, parts)} …`;
    case "tool": {
      const callId = rest.replace(/-answered-\d+$/, "");
      return `${callId === rest ? "Tool" : "Tool, after the answer"}: ${callOf(callId, parts)}`;
    }
    case "answer":
      return `Answer to: ${callOf(rest.replace(/-\d+$/, ""), parts)}`;
    default:
      return name;
  }
}

function callOf(callId: string, parts: readonly Part[]): string {
  const part = parts.find((candidate): candidate is ToolPart => candidate.type === "tool" && candidate.callId === callId);
  if (!part) return "a call";
  const subject = toolSubject(part);
  if (subject === "") return part.tool;
  return part.tool === "bash" ? subject : `${part.tool} ${subject}`;
}
