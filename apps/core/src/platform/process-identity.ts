import { readFileSync, readlinkSync } from "node:fs";

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** When a process started, in clock ticks since boot; null when it is gone or dead. */
export function startedTicks(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in parentheses may hold spaces. A zombie does nothing any more.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}

/** This boot of this machine, and the process namespace: only within both do process ids say anything. null where unknown. */
function placeOfProcesses(): string | null {
  const boot = read("/proc/sys/kernel/random/boot_id")?.trim();
  try {
    return boot ? `${boot}/${readlinkSync("/proc/self/ns/pid")}` : null;
  } catch {
    return null;
  }
}

/** This process among all that ever run anywhere: boot, process namespace, process id, start time. null where the system can't tell. */
export function processIdentity(): string | null {
  const [place, ticks] = [placeOfProcesses(), startedTicks(process.pid)];
  return place && ticks ? `${place} ${process.pid} ${ticks}` : null;
}

/** True only when the process of this identity ran right here and is certainly gone; whatever can't be known is false. */
export function isProvablyDead(identity: string | null): boolean {
  const [place, id, ticks] = identity?.split(" ") ?? [];
  const pid = Number(id);
  if (place !== placeOfProcesses() || !ticks || !Number.isInteger(pid) || pid <= 0) return false;
  const now = startedTicks(pid);
  if (now !== null) return now !== ticks;
  // Its entry can't be read: dead, or hidden from us (hidepid). A signal tells them apart; a zombie is dead.
  if (/\) Z /.test(read(`/proc/${pid}/stat`) ?? "")) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
