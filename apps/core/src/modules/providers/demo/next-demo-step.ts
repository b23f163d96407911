import type { ModelRequest } from "../contract.ts";
import { addCsvExport } from "./add-csv-export.ts";
import { fixFailingTest } from "./fix-failing-test.ts";
import { type GuidedTaskId, recogniseTask } from "./guided-tasks.ts";
import { howToAddAModel } from "./how-to-add-a-model.ts";
import { removeLegacyFormatter } from "./remove-legacy-formatter.ts";
import { type DemoCall, type DemoStep, play, type Script } from "./script.ts";
import { readTranscript } from "./transcript.ts";

const scripts: Readonly<Record<GuidedTaskId, () => Script>> = {
  "fix-failing-test": fixFailingTest,
  "add-csv-export": addCsvExport,
  "remove-legacy-formatter": removeLegacyFormatter,
};

const neededTools: readonly DemoCall["name"][] = ["bash", "read", "write", "edit", "grep", "glob"];

/** What the demo model does next, decided by the newest prompt and the real results of what it has called since. */
export function nextDemoStep(request: ModelRequest): DemoStep {
  const { prompts, steps } = readTranscript(request);
  const task = prompts.map(recogniseTask).find((id) => id !== null);
  if (!task) return { text: howToAddAModel, calls: [] };
  const missing = neededTools.find((name) => !request.tools.some((tool) => tool.name === name));
  if (missing) return { text: `This task needs the tool "${missing}", which this agent does not have. Take the build agent.`, calls: [] };
  return play(scripts[task](), steps);
}
