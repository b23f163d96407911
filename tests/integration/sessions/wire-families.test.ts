import { newId } from "@opencode/core/platform/ids.ts";
import { expect, test, vi } from "vitest";
import { until } from "./support/product.ts";
import { startSessions, toolsOf } from "./support/session-driver.ts";
import { wireKeyInput } from "./support/wires/wire-keys.ts";
import { lastWord, reported, wholeTask } from "./support/wires/wire-script.ts";
import { startWireServer, wires } from "./support/wires/wire-server.ts";

// Seven sessions at once, on two cores.
vi.setConfig({ testTimeout: 120_000 });

const server = await startWireServer(wholeTask);
const { workspaceId, userId, begin, ended, get } = await startSessions("Wires", { env: {}, stop: server.stop });
const { createCallerFactory } = await import("@opencode/core/modules/tenancy/index.ts");
const { providersRouter } = await import("@opencode/core/modules/providers/index.ts");
const { withTenant } = await import("@opencode/core/platform/database/database.ts");
const { slug } = await withTenant(workspaceId, (tx) => tx.workspace.findUniqueOrThrow({ where: { id: workspaceId } }));
const user = { id: userId, email: "o@example.com", name: "O" };
const providers = createCallerFactory(providersRouter)({ user, unverifiedWorkspaceSlug: slug, requestId: newId("request") } as never);

// Vertex and Azure differ from these in how a call is addressed only, which stands in providers/clouds.test.ts.
const tried = wires.filter((wire) => !["vertex", "azure", "xai"].includes(wire));

test.concurrent.each(tried)("a task is done through the wire of %s", async (wire) => {
  const { input, model } = wireKeyInput(server, wire);
  await providers.addKey(input);
  expect((await providers.models()).models.map(({ id }) => id)).toContain(model);
  const sessionId = await begin(`Edit the title of the README (${wire}).\n\nThen make a file by hand, and say what you have done.`, {
    model,
  });
  const { session, view } = await ended(sessionId, 1, 100_000);
  expect(server.refused.filter((line) => line.startsWith(wire))).toEqual([]);
  expect(view.turns).toMatchObject([{ state: "completed", error: null }]);
  const outcomes = toolsOf(view).map(({ tool, state }) => `${tool} ${state}`);
  expect(outcomes).toEqual(["grep completed", "glob completed", "read completed", "read error", "edit completed", "bash completed"]);
  expect(view.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).at(-1)).toBe(lastWord);
  const steps = view.parts.filter((part) => part.type === "step-finish");
  expect(steps).toHaveLength(wholeTask.length);
  for (const step of steps)
    expect(step).toMatchObject({ inputTokens: reported.input, cacheReadTokens: reported.cached, outputTokens: reported.output });
  // The small model that gives the title may be another one, with a price of its own.
  expect(session.costMicros > 0).toBe(wire !== "compatible");
  const titled = await until("the session has its title", async () => {
    const { session: now } = await get(sessionId);
    return now.title === "A title" ? now : null;
  });
  expect(titled.title).toBe("A title");
});
