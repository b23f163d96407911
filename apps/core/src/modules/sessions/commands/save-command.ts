import { withTenant } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { WorkspaceId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { StoredDefinition } from "../agents/custom-agent-repo.ts";
import { findCustomCommands, saveCustomCommand } from "./custom-command-repo.ts";
import { parseCommandMarkdown } from "./parse-command.ts";

/** Saves a command of the workspace; BAD_REQUEST with the first mistake, CONFLICT when there are too many. */
export async function saveCommand(input: {
  workspaceId: WorkspaceId;
  name: string;
  definition: string;
  savedBy: string;
}): Promise<StoredDefinition> {
  const { workspaceId, name, definition, savedBy } = input;
  if (name === "compact") throw new AppError("BAD_REQUEST", "/compact is done by the product itself and can't be replaced.");
  const { problems } = parseCommandMarkdown(definition, { name, source: "workspace", path: name });
  if (problems[0]) throw new AppError("BAD_REQUEST", problems[0].message);
  return withTenant(workspaceId, async (tx) => {
    const known = await findCustomCommands(tx, workspaceId);
    if (known.length >= limits.agent.maxCustomPerWorkspace && !known.some((each) => each.name === name)) {
      throw new AppError("CONFLICT", `A workspace may have ${limits.agent.maxCustomPerWorkspace} commands of its own.`);
    }
    return saveCustomCommand(tx, workspaceId, { name, definition, createdById: savedBy });
  });
}
