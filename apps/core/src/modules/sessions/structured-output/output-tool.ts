import { z } from "zod";
import type { Prisma } from "../../../platform/database/database.ts";
import { AppError } from "../../../platform/errors.ts";
import type { Tool } from "../../tools/index.ts";
import { storableJson } from "../event-encoding.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;
export const outputToolName = "structured_output";
const maxSchemaChars = 50_000;

/** Refuses a schema that answers could not be checked against. BAD_REQUEST with the reason. */
export function checkOutputSchema(schema: JsonSchema): void {
  if (JSON.stringify(schema).length > maxSchemaChars)
    throw new AppError("BAD_REQUEST", `An output schema may have ${maxSchemaChars} characters at most.`);
  try {
    validatorOf(schema);
  } catch (error) {
    throw new AppError("BAD_REQUEST", `The output schema can't be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The schema as it is kept. */
export function storable(schema: JsonSchema): Prisma.InputJsonObject {
  const copy: Prisma.InputJsonObject = JSON.parse(storableJson(schema));
  return copy;
}

/** A schema as it was kept; null where there is none. */
export function schemaOf(stored: unknown): JsonSchema | null {
  return z.record(z.string(), z.unknown()).safeParse(stored).data ?? null;
}

function validatorOf(schema: JsonSchema): z.ZodType {
  return z.fromJSONSchema(inputSchemaOf(schema));
}

/** A tool's input is an object: any other answer is wrapped in one. */
function inputSchemaOf(schema: JsonSchema): JsonSchema {
  if (schema.type === "object") return schema;
  return { type: "object", properties: { value: schema }, required: ["value"], additionalProperties: false };
}

const made = new Map<string, Tool>();

/** A turn's output tool; the same one for each of its steps. */
export function outputToolOf(turnId: string, schema: JsonSchema): Tool {
  const known = made.get(turnId);
  if (known) return known;
  if (made.size > 200) made.clear();
  const tool = outputTool(schema);
  made.set(turnId, tool);
  return tool;
}

/** The way in which a turn gives its result: a call whose input is checked against the schema that was asked for. */
function outputTool(schema: JsonSchema): Tool {
  const validator = validatorOf(schema);
  const failure = (output: string) => ({ title: "does not fit", output, exitCode: null, isError: true, metadata: {} });
  return {
    name: outputToolName,
    description:
      "Gives the result of this task. The task is not done before this tool was called: call it once, as the last thing that you do, with the complete result.",
    inputSchema: z.unknown(),
    modelSchema: inputSchemaOf(schema),
    readOnly: true,
    subject: async () => ({ permission: outputToolName, targets: ["result"], alwaysRule: "*" }),
    execute: async (input) => {
      const parsed = validator.safeParse(input);
      if (!parsed.success) return failure(`The result does not fit its schema:\n${z.prettifyError(parsed.error)}`);
      return { title: "result", output: "Accepted.", exitCode: null, isError: false, metadata: {} };
    },
  };
}
