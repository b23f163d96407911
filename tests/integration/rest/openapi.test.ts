import { apiKeyScopeSchema } from "@opencode/core/modules/tenancy/contract.ts";
import { describe, expect, test } from "vitest";
import { GET } from "../../../apps/web/src/app/api/v1/openapi.json/route.ts";
import { listRoutes } from "../../tenancy/list-routes.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: { name: string; in: string }[];
  readonly security: Record<string, string[]>[];
  readonly responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}
const document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } } =
  await (await GET()).json();

describe("the OpenAPI document", () => {
  test("has every method of every public route, and none besides", async () => {
    const routes = (await listRoutes()).filter(({ path }) => path.startsWith("/api/v1/") && !path.endsWith("openapi.json"));
    const served = routes.map(({ method, path }) => `${method} ${path.replace(/\[(\w+)\]/g, "{$1}")}`);
    const written = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(written.sort()).toEqual(served.sort());
    expect(document.openapi).toBe("3.1.0");
  });

  test.each(
    Object.entries(document.paths).flatMap(([path, methods]) => Object.values(methods).map((operation) => ({ path, ...operation }))),
  )("$operationId names its path's parameters, its scope, and what comes back", ({ path, parameters, security, responses }) => {
    const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => `{${name}}`);
    expect(inPath.sort()).toEqual([...path.matchAll(/\{\w+\}/g)].map((match) => match[0]).sort());
    expect(apiKeyScopeSchema.safeParse(security[0]?.apiKey?.[0]).success).toBe(true);
    const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
    expect(Object.values(success?.content ?? {})[0]?.schema).toBeTypeOf("object");
    expect(responses.default?.content?.["application/problem+json"]?.schema).toEqual({ $ref: "#/components/schemas/Problem" });
  });

  test("points at nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] ?? "");
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
    expect(JSON.stringify(document.components.schemas)).toContain("requestId");
    // A date travels as text.
    expect(JSON.stringify(document)).toContain('"format":"date-time"');
  });
});
