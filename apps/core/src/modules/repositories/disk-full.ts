import { AppError } from "../../platform/errors.ts";

/** The machine has no room. What is there stands, and the same attempt may succeed once somebody has made some. */
export class DiskFull extends AppError {
  constructor(cause: unknown) {
    super("UNPROCESSABLE", "The disk of this machine is full. Nothing was lost; free some space and try again.", { cause });
  }
}

/** What a server says that git talks to: its disk is not ours. */
const ofTheServer = /^remote: .*$/gm;

/** A full disk, as node or git tell of it, as an error that says so; null for everything else. */
export function asDiskFull(error: unknown): DiskFull | null {
  const isFull = error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));
  const says = error instanceof Error && "stderr" in error ? String(error.stderr).replace(ofTheServer, "") : "";
  return isFull || /No space left on device|Out of diskspace|Disk quota exceeded/i.test(says) ? new DiskFull(error) : null;
}
