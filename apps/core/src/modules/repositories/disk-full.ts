import { AppError } from "../../platform/errors.ts";

/** A full disk, as node or git tell of it, as an error that says so; null for everything else. */
export function asDiskFull(error: unknown): AppError | null {
  const isFull = error instanceof Error && "code" in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));
  const isTold = error instanceof Error && "stderr" in error && /No space left on device|Disk quota exceeded/i.test(String(error.stderr));
  if (!isFull && !isTold) return null;
  return new AppError("UNPROCESSABLE", "The disk of this machine is full. Nothing was lost; free some space and try again.", {
    cause: error,
  });
}
