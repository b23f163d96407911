import { expect, test } from "vitest";
import { limits } from "../../platform/limits.ts";
import { readTools } from "./read-tools.ts";

const hidden = "\u{e0041}\u{e0100}\ufe01\u200b\u034f\u3164";
const object = (properties: object) => ({ type: "object", properties });

test("what only a model would see is nowhere: not in a description, and not in a schema's texts", () => {
  const a = { type: "string", title: `T${hidden}`, description: `Says${hidden}.`, enum: [`x${hidden}`], examples: [{ deep: [hidden] }] };
  const [tool] = readTools([{ name: "t", description: `Adds${hidden}.`, inputSchema: object({ a }) }]);
  expect(tool?.description).toBe("Adds.");
  expect(tool?.inputSchema).toEqual(
    object({ a: { type: "string", title: "T", description: "Says.", enum: ["x"], examples: [{ deep: [""] }] } }),
  );
});

test("a schema's explanations are cut; its other texts are its own", () => {
  const long = "y".repeat(5_000);
  const [tool] = readTools([{ name: "t", inputSchema: object({ a: { description: long, const: long } }) }]);
  expect(tool?.inputSchema).toEqual(object({ a: { description: "y".repeat(1_000), const: long } }));
});

test("a tool whose schema names something by hidden characters, is too large or nested without end is left out, the others are not", () => {
  let nested: unknown = {};
  for (let depth = 0; depth < 200_000; depth++) nested = [nested];
  const schemas = [
    object({ [`a${hidden}`]: {} }),
    object({ a: { const: "x".repeat(limits.mcp.maxSchemaBytes) } }),
    object({ nested }),
    "none",
    object({}),
  ];
  expect(readTools(schemas.map((inputSchema, index) => ({ name: `t${index}`, inputSchema }))).map(({ name }) => name)).toEqual(["t4"]);
});
