import { AppError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { limits } from "../../../platform/limits.ts";
import type { OpenSandbox } from "../../sandbox/contract.ts";
import type { SeenFile } from "../../tools/index.ts";

const { scriptMaxBytes: maxBytes } = limits.tool;
// Where a call can leave something for a later one; what lies elsewhere is the machine's.
const writable = /^\/(workspace|tmp|var\/tmp|dev\/shm|home)\//;

/** What stands at a path of the sandbox now, its first 128 KiB at most. Throws when the sandbox is not to be asked. */
export async function seenFile(sandbox: OpenSandbox, path: string, signal?: AbortSignal): Promise<SeenFile> {
  if (!writable.test(path)) return "absent";
  const name = path.replace(/^\/workspace\//, "");
  if (name !== path) {
    try {
      const { content, truncated } = await sandbox.readFile(name, { maxBytes });
      return { text: Buffer.from(content).toString("utf8"), isWhole: !truncated };
    } catch (error) {
      if (error instanceof AppError && error.code === "NOT_FOUND") return "absent";
    }
  }
  // Out of the workspace, or behind a link that leads there: only a command of the sandbox follows it.
  const file = `'${(name === path ? path : `./${name}`).replaceAll("'", "'\\''")}'`;
  const command = `[ -e ${file} ] && [ ! -d ${file} ] || exit 4; [ -f ${file} ] || exit 5; head -c ${maxBytes + 1} -- ${file}`;
  const { exitCode, output, truncated } = await sandbox.exec(
    { callId: `look-${newId("request")}`, command, timeoutMs: limits.tool.lookTimeoutMs },
    signal ? { signal } : {},
  );
  if (exitCode === 4) return "absent";
  return exitCode === 0 ? { text: output, isWhole: !truncated && Buffer.byteLength(output) <= maxBytes } : "unknown";
}
