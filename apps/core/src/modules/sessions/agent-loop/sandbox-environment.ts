import { AppError } from "../../../platform/errors.ts";
import { describeConfigProblem, readProjectConfig, readTreeFiles } from "../../repositories/index.ts";
import { devcontainerFiles, parseDevcontainer, type SandboxEnvironment } from "../../sandbox/index.ts";

type BaseCommit = Parameters<typeof readProjectConfig>[0];

const maxDevcontainerBytes = 256 * 1024;

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
  const none: SandboxEnvironment = { source: null, scope: base.repositoryId, image: null, setup: [], secrets: [], network, notes };
  const [found] = await readTreeFiles({ ...base, paths: devcontainerFiles, maxBytes: maxDevcontainerBytes });
  if (!found) return none;
  const { path, text, problem } = found;
  if (problem !== null) return { ...none, source: path, notes: [...notes, `${path} ${problem}; it has no effect`] };
  const environment = parseDevcontainer(path, text, base.repositoryId);
  return { ...environment, secrets, network, notes: [...notes, ...environment.notes] };
}
