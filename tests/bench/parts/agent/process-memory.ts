import { readFileSync } from "node:fs";

/** Resident memory of a process in MB, by the kernel; NaN where there is no /proc. */
export function residentMb(pid: number | null | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Math.round(Number(kb) / 1024);
  } catch {
    return Number.NaN;
  }
}
