import { apiKeyScopes } from "@opencode/core/modules/tenancy/contract.ts";
import { env } from "@opencode/core/platform/env.ts";
import { z } from "zod";
import packageJson from "../../../package.json" with { type: "json" };
import { allOperations } from "./all-operations.ts";
import { problemSchema } from "./problem.ts";

type Operation = (typeof allOperations)[number];
type Json = Record<string, unknown>;

/** JSON Schema of what travels: dates are text there. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
    },
  });
  return json;
}

function parametersOf(operation: Operation): Json[] {
  const fields = (place: "path" | "query", shape: z.ZodObject) =>
    Object.entries(shape.shape).map(([name, schema]) => ({
      name,
      in: place,
      required: place === "path",
      schema: schemaOf(schema as z.ZodType),
    }));
  const workspace = {
    name: "workspace",
    in: "query",
    required: false,
    description: "The workspace's slug. Needed with a browser's cookie; an API key names its workspace by itself.",
    schema: { type: "string" },
  };
  const idempotency = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "The same key again gives the first answer again, for a day; with another body 422; while the first one runs 409.",
    schema: { type: "string", maxLength: 200 },
  };
  return [
    ...fields("path", operation.params),
    ...fields("query", operation.query),
    workspace,
    ...(operation.method === "POST" && !("upload" in operation) ? [idempotency] : []),
  ];
}

function requestBodyOf(operation: Operation): Json {
  if ("upload" in operation && operation.upload) {
    const content = Object.fromEntries(operation.upload.map((kind) => [kind, { schema: { type: "string", format: "binary" } }]));
    return { requestBody: { required: true, content } };
  }
  if (!operation.body) return {};
  return { requestBody: { required: true, content: { "application/json": { schema: schemaOf(operation.body) } } } };
}

function describe(operation: Operation): Json {
  const { answer } = operation;
  const schema = answer.schema ? schemaOf(answer.schema) : { type: "string" };
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...("description" in operation ? { description: operation.description } : {}),
    security: [{ apiKey: [operation.access.scope] }, { cookie: [] }],
    parameters: parametersOf(operation),
    ...requestBodyOf(operation),
    responses: {
      [answer.status]: { description: answer.description, content: { [answer.contentType]: { schema } } },
      "429": {
        description: "Too many requests: wait `Retry-After` seconds",
        headers: { "Retry-After": { schema: { type: "integer" } } },
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
      default: {
        description: "What went wrong",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

/** The OpenAPI 3.1 document of the public API, from the very schemas that its requests are parsed with. */
export function openapiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of allOperations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "OpenCode Cloud",
      version: packageJson.version,
      description: "Start sessions, prompt the agent, follow and answer it. Every error is application/problem+json (RFC 9457).",
    },
    servers: [{ url: env().PUBLIC_URL }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema) },
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: `An API key of a workspace (oc_…). Scopes: ${apiKeyScopes.join(", ")}.` },
        cookie: { type: "apiKey", in: "cookie", name: "authjs.session-token", description: "A signed-in browser, same origin only." },
      },
    },
  };
}
