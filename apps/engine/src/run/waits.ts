import type { Machine } from "../machine.ts";
import { waitRow } from "./rows.ts";
import type { Wait } from "./run.ts";

/** Makes a wait findable by what ends it. */
export function indexWait(machine: Machine, wait: Wait): void {
  wait.run.waits.set(wait.stepId, wait);
  if (wait.kind === "event") machine.eventWaits.add(wait.name, wait);
  else if (wait.kind === "signal") machine.signalWaits.set(wait.name, wait);
  else machine.invokeWaits.set(`${wait.run.id}.${wait.stepId}`, wait);
}

/** Registers a wait: from now on events, signals and ended runs find it. */
export function addWait(machine: Machine, wait: Wait): void {
  indexWait(machine, wait);
  machine.writer.put("waits", wait.id, waitRow(wait));
}

export function dropWait(machine: Machine, wait: Wait): void {
  if (wait.timer) wait.timer.cancelled = true;
  wait.run.waits.delete(wait.stepId);
  if (wait.kind === "event") machine.eventWaits.remove(wait.name, wait);
  else if (wait.kind === "signal") machine.signalWaits.delete(wait.name);
  else machine.invokeWaits.delete(`${wait.run.id}.${wait.stepId}`);
  machine.writer.delete("waits", wait.id);
}
