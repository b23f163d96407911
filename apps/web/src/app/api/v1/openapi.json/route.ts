import { openapiDocument } from "../../../../server/rest/openapi-document.ts";

export function GET(): Response {
  return Response.json(openapiDocument(), { headers: { "access-control-allow-origin": "*", "cache-control": "max-age=300" } });
}

export const dynamic = "force-dynamic";
