import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startTestProduct } from "../start-product.ts";

declare module "vitest" {
  interface ProvidedContext {
    product: { url: string; signInUrl: string; dataDirectory: string };
  }
}

/** Once for all end-to-end tests: the product, really started, on fresh data. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "opencode-e2e-"));
  const product = await startTestProduct({ dataDirectory });
  project.provide("product", { url: product.url, signInUrl: product.signInUrl, dataDirectory });
  return async () => {
    await product.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
}
