import type { RepositoryId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import { availableSkills, skillCatalogue } from "../../skills/index.ts";
import { decideWithin } from "../../tools/index.ts";
import type { TurnKey } from "../event-log-repo.ts";
import { turnLayers } from "../permissions/turn-layers.ts";
import { type ContextPiece, type ContextProvider, sha256 } from "./context-pieces.ts";
import type { TurnContextInput } from "./instructions-provider.ts";

/** The catalogue of the skills that the turn may load: those that a rule denies are not named. */
export function skillsProvider(key: TurnKey): ContextProvider<TurnContextInput> {
  return {
    source: "skills",
    budgetBytes: limits.skill.catalogueMaxBytes,
    async provide({ workspaceId, repositoryId, baseCommit }, budgetBytes): Promise<ContextPiece[]> {
      const { skills } = await availableSkills({ workspaceId, repositoryId: repositoryId as RepositoryId, commit: baseCommit });
      if (skills.length === 0) return [];
      const layers = await turnLayers(key);
      const mayLoad = (name: string) =>
        layers.malformed === null &&
        decideWithin({ permission: "skill", targets: [name], alwaysRule: name }, layers.own, layers.ceilings).action !== "deny";
      const { text, truncated } = skillCatalogue(
        skills.filter(({ name }) => mayLoad(name)),
        budgetBytes,
      );
      return text === "" ? [] : [{ source: "skills", id: `skills@${sha256(text).slice(0, 12)}`, text, truncated }];
    },
  };
}
