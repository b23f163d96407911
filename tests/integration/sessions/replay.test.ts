import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { recordingSchema } from "@opencode/core/modules/sessions/replay/recording.ts";
import { replayRecording } from "@opencode/core/modules/sessions/replay/replay-session.ts";
import { expect, test } from "vitest";

const fixture = join(import.meta.dirname, "fixtures/first-task.json");

test("the first guided task, as it was once recorded, goes the same way in today's loop", async () => {
  const recording = recordingSchema.parse(JSON.parse(await readFile(fixture, "utf8")));
  expect(await replayRecording(recording)).toEqual({ turns: 1, steps: 8, differences: [] });
});
