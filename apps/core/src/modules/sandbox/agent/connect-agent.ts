import type { SandboxDriver, SandboxPlace } from "../driver.ts";
import { readRecord } from "../runtime-record.ts";
import { AgentConnection } from "./connection.ts";

/** A connection that has said hello, or null. */
export async function connectAgent(driver: Pick<SandboxDriver, "connect">, place: SandboxPlace): Promise<AgentConnection | null> {
  const record = await readRecord(place);
  const stream = record && (await driver.connect(place));
  if (!stream) return null;
  const connection = new AgentConnection(stream);
  try {
    await connection.hello(record.secret);
    return connection;
  } catch {
    connection.close();
    return null;
  }
}
