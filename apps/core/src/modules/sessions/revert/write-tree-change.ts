import { randomUUID } from "node:crypto";
import { AppError } from "../../../platform/errors.ts";
import { limits } from "../../../platform/limits.ts";
import type { packTreeChange } from "../../repositories/index.ts";
import type { OpenSandbox } from "../../sandbox/contract.ts";

const removePaths = `set -u
while IFS= read -r -d '' path; do
  rm -f -- "./$path"
  while [ "$path" != "\${path%/*}" ]; do path="\${path%/*}"; rmdir -- "./$path" 2>/dev/null || break; done
done
exit 0`;

/**
 * Carries a change of the tree out inside the sandbox, as its user: whatever links or races wait there, nothing outside can
 * be reached. Throws UNPROCESSABLE when a command fails.
 */
export async function writeTreeChange(sandbox: OpenSandbox, change: Awaited<ReturnType<typeof packTreeChange>>): Promise<void> {
  const run = async (command: string, stdin = "") => {
    const result = await sandbox.exec({ callId: `revert-${randomUUID()}`, command, stdin, timeoutMs: 300_000 });
    if (result.exitCode === 0) return;
    const said = result.output.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
    throw new AppError("UNPROCESSABLE", `The files could not be written in the sandbox. ${said}`);
  };
  for (const batch of batches(change.removed)) await run(removePaths, batch);
  for (const archive of change.archives) {
    const name = `.opencode/output/revert-${randomUUID()}.tar`;
    const pieces: string[] = [];
    for (let start = 0; start < archive.length; start += limits.sandbox.writeMaxBytes) {
      const piece = `${name}.${pieces.length}`;
      pieces.push(piece);
      await sandbox.writeFile(`revert-${randomUUID()}`, piece, archive.subarray(start, start + limits.sandbox.writeMaxBytes));
    }
    const from = pieces.join(" ");
    // Files that are there are unlinked by tar itself; --unlink-first would also have directories gone, and fail over those that hold more.
    await run(`cat ${from} | tar -xpmf - --no-same-owner; state=$?; rm -f ${from}; exit $state`);
  }
}

/** NUL-ended paths in pieces that a command's standard input takes. */
function batches(paths: readonly string[]): string[] {
  const found: string[] = [];
  let current = "";
  for (const path of paths) {
    if (current.length + path.length > limits.sandbox.stdinMaxBytes / 4) {
      found.push(current);
      current = "";
    }
    current += `${path}\0`;
  }
  return current === "" ? found : [...found, current];
}
