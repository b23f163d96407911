import { readdirSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";

const maxFiles = 5_000;
const skipped: ReadonlySet<string> = new Set(["node_modules", ".git", "__pycache__", "dist", "build", "target", "vendor"]);

/** As the protocol counts them: created, changed, deleted. */
export interface SourceChange {
  readonly path: string;
  readonly type: 1 | 2 | 3;
}

/** When the source files of a language were changed: for servers that go by what their editor tells them. */
export class SourceTimes {
  private readonly known = new Map<string, Map<string, number>>();

  /** What has changed since the last time; nothing the first time, and in workspaces of very many files. */
  changes(root: string, extension: string): SourceChange[] {
    const before = this.known.get(extension);
    const now = timesOf(root, extension);
    // Of files that were not looked at nobody knows whether they are still there.
    if (!now) this.known.delete(extension);
    else this.known.set(extension, now);
    if (!before || !now) return [];
    const found: SourceChange[] = [];
    for (const [path, time] of now) {
      const earlier = before.get(path);
      if (earlier !== time) found.push({ path, type: earlier === undefined ? 1 : 2 });
    }
    for (const path of before.keys()) if (!now.has(path)) found.push({ path, type: 3 });
    return found;
  }
}

/** null: there are too many. */
function timesOf(root: string, extension: string): Map<string, number> | null {
  const times = new Map<string, number>();
  const waiting = [root];
  let visited = 0;
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of entriesOf(directory)) {
      if (++visited > maxFiles) return null;
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name) && !entry.name.startsWith(".venv")) waiting.push(path);
      else if (entry.isFile() && extname(entry.name) === extension) {
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat) times.set(relative(root, path), stat.mtimeMs);
      }
    }
  }
  return times;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
