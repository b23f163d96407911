import { expect, test, vi } from "vitest";
import { toldErrors } from "./told-errors.ts";

const asked = { method: "POST", body: JSON.stringify({ stream: true }) };
const url = "https://models.example.com/v1/messages";

/** A body that goes on as long as somebody reads it. */
function endless(start: string) {
  const cancel = vi.fn();
  const more = new TextEncoder().encode(" ".repeat(16 * 1024));
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    pull: (controller) => {
      chunks += 1;
      if (chunks > 1_000) throw new Error("somebody has read 16 MB of it");
      controller.enqueue(more);
    },
    cancel,
  });
  return { body, cancel };
}

test.each([
  [200, "application/json"],
  [429, "application/json"],
  [502, "text/html"],
])("an error that does not end (%i, %s) is read up to a limit", async (status, type) => {
  const { body, cancel } = endless('{"detail": "the model is away"');
  const send = toldErrors(async () => new Response(body, { status, headers: { "content-type": type } }));
  const response = await send(url, asked);
  expect((await response.text()).length).toBeLessThanOrEqual(64 * 1024);
  expect(cancel).toHaveBeenCalledOnce();
  expect(response.status).toBe(status);
});

test("the server's own words stand in an error as the SDKs expect it", async () => {
  const refused = () => Response.json([{ error: { message: "no such model", code: 404 } }], { status: 404 });
  const response = await toldErrors(async () => refused())(url, asked);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: { message: "no such model", code: 404 } });
});
