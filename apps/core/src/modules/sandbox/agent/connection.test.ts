import { type AddressInfo, connect, createServer } from "node:net";
import { expect, it } from "vitest";
import { AgentConnection, ConnectionLost } from "./connection.ts";

it("is given up with an agent that does not answer: who waits for another answer tries again over a new one", async () => {
  const frozen = createServer(() => undefined);
  await new Promise<void>((resolve) => frozen.listen(0, "127.0.0.1", resolve));
  const connection = new AgentConnection(connect((frozen.address() as AddressInfo).port, "127.0.0.1"));
  const patient = connection.call({ op: "ping" }, { timeoutMs: Number.POSITIVE_INFINITY }).catch((error: unknown) => error);
  await expect(connection.call({ op: "ping" }, { timeoutMs: 50 })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await patient).toBeInstanceOf(ConnectionLost);
  expect(connection.open).toBe(false);
  frozen.close();
});
