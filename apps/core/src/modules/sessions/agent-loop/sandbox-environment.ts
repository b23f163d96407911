import { AppError } from "../../../platform/errors.ts";
import { describeConfigProblem, listBaseFiles, readBaseFile, readProjectConfig } from "../../repositories/index.ts";
import { devcontainerFiles, parseDevcontainer, type SandboxEnvironment } from "../../sandbox/index.ts";

type BaseCommit = Parameters<typeof readProjectConfig>[0];

const maxDevcontainerBytes = 256 * 1024;
const maxListed = 100;

/** What the repository forbids can't be known: nothing of it may run. */
export class RulesUnknown extends AppError {
  constructor(place: string) {
    super(
      "UNPROCESSABLE",
      `${place}. What this repository forbids can't be known: correct the file on the base branch, then start a new session.`,
    );
  }
}

/**
 * How the repository wants its sandboxes made, as its base commit says: by opencode.jsonc, or where that names neither image
 * nor setup by a devcontainer.json. Throws when what the repository forbids can't be known.
 */
export async function sandboxEnvironment(base: BaseCommit): Promise<SandboxEnvironment> {
  const { config, problems } = await readProjectConfig(base);
  const unknown = problems.find(({ severity, path }) => severity === "policy" || path.startsWith("sandbox.network"));
  if (unknown) {
    throw new RulesUnknown(describeConfigProblem(unknown));
  }
  const { image, setup = [], secrets = [], network } = config.sandbox ?? {};
  const notes = problems
    .filter(({ path }) => path.startsWith("sandbox"))
    .map(({ file, line, path, message }) => `${file}:${line}: ${path}: ${message}`);
  if (image !== undefined || setup.length > 0) {
    return { source: "opencode.jsonc", scope: base.repositoryId, image: image ?? null, setup, secrets, network, notes };
  }
  const present = await listBaseFiles({ ...base, under: devcontainerFiles, maxFiles: maxListed });
  for (const path of devcontainerFiles) {
    const found = present?.includes(path) && (await readBaseFile({ ...base, path, maxBytes: maxDevcontainerBytes }));
    if (!found) continue;
    const environment = parseDevcontainer(path, found.text, base.repositoryId);
    return { ...environment, secrets, network, notes: [...notes, ...environment.notes] };
  }
  return { source: null, scope: base.repositoryId, image: null, setup: [], secrets: [], network, notes };
}
