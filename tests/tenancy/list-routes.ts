import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const apiDirectory = join(import.meta.dirname, "../../apps/web/src/app/api");
const methods = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/g;

export interface Route {
  readonly method: string;
  /** as the folders say it: `/api/v1/sessions/[sessionId]` */
  readonly path: string;
  readonly file: string;
}

/** Every HTTP route of the product, from the app's folders; a method is one that the file exports. */
export async function listRoutes(): Promise<Route[]> {
  const entries = await readdir(apiDirectory, { recursive: true });
  const files = entries.filter((name) => name.endsWith("route.ts") || name.endsWith("route.tsx")).sort();
  const routes = await Promise.all(
    files.map(async (name) => {
      const file = join(apiDirectory, name);
      const source = await readFile(file, "utf8");
      const exported = source.split("\n").filter((line) => line.startsWith("export "));
      const names = new Set(exported.flatMap((line) => [...line.matchAll(methods)].map((match) => match[0])));
      const path = `/api/${name.slice(0, name.lastIndexOf("/"))}`;
      return [...names].map((method) => ({ method, path, file }));
    }),
  );
  return routes.flat();
}
