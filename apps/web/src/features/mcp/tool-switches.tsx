import type { McpServerView } from "@opencode/core/modules/mcp/contract.ts";
import { Badge } from "../../ui/badge.tsx";
import { ToolDescription } from "./tool-description.tsx";
import { ToolInput } from "./tool-input.tsx";

interface ToolSwitchesProps {
  server: McpServerView;
  mayWrite: boolean;
  onChange: (disabledTools: string[]) => void;
}

/** The tools of a server, each to be switched on and off. */
export function ToolSwitches({ server, mayWrite, onChange }: ToolSwitchesProps) {
  const disabled = server.tools.filter((tool) => !tool.enabled).map((tool) => tool.name);
  return (
    <ul className="mt-2 grid gap-x-6 gap-y-2 sm:grid-cols-2">
      {server.tools.map((tool) => (
        <li key={tool.name}>
          <label className="flex items-start gap-2">
            <input
              type="checkbox"
              className="mt-1 accent-accent"
              checked={tool.enabled}
              disabled={!mayWrite}
              onChange={() => onChange(tool.enabled ? [...disabled, tool.name] : disabled.filter((name) => name !== tool.name))}
            />
            <span className="min-w-0">
              <span className="flex items-center gap-2">
                <span className="truncate font-mono text-sm">{tool.name}</span>
                {tool.readOnly ? <Badge>reads</Badge> : null}
              </span>
            </span>
          </label>
          <ToolDescription text={tool.description} />
          <ToolInput serverId={server.id} tool={tool.name} />
        </li>
      ))}
    </ul>
  );
}
