import type { PermissionSubject } from "../contract.ts";

const maxTargetChars = 2_000;

/** A call of another server's tool: what is known of the tool, and what it is called with. */
export interface McpCall {
  readonly server: string;
  readonly tool: string;
  /** the server's own word; one that says nothing writes */
  readonly readOnlyHint: boolean | undefined;
  readonly input: unknown;
}

const keyPart = (name: string) => name.replace(/[^A-Za-z0-9_-]/g, "_");

/** `<server>_<tool>`: the permission's key, also what the model calls the tool. */
export function mcpPermission(server: string, tool: string): string {
  return `${keyPart(server)}_${keyPart(tool)}`;
}

/**
 * What a call of an MCP tool touches: its own key, with the input as JSON for patterns to be held against; and, unless
 * its server says that it only reads, `mcp:<server>/<tool>` as something that is edited, so that who may edit nothing
 * does not write by a server either.
 */
export function mcpSubject({ server, tool, readOnlyHint, input }: McpCall): PermissionSubject {
  const text = JSON.stringify(input ?? {});
  const isLong = text.length > maxTargetChars;
  const name = `mcp:${keyPart(server)}/${keyPart(tool)}`;
  return {
    permission: mcpPermission(server, tool),
    // Too long to be shown whole: a pattern that would have matched its end must not be passed by.
    targets: isLong ? [] : [text],
    ...(isLong ? { unjudgeable: [`${text.slice(0, maxTargetChars)}…`] } : {}),
    alwaysRule: "*",
    ...(readOnlyHint === true ? {} : { also: [{ permission: "edit", targets: [name], alwaysRule: name }] }),
  };
}
