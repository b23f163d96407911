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

/** CPU time that a process has used so far in ms, by the kernel's clock of 10 ms; NaN where there is no /proc. It says the same on a busy machine. */
export function cpuMs(pid: number | null | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
