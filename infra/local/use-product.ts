import { startProduct } from "./run-product.ts";
import { findRunningProduct } from "./running-product.ts";
import { say } from "./say.ts";
import { findDataDirectory } from "./settings.ts";

export interface ProductInUse {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Stops it when it was started for this use only. */
  release(): Promise<void>;
}

/** The product that runs on this machine's data, or one that is started for as long as it is used. */
export async function useProduct(): Promise<ProductInUse> {
  const dataDirectory = findDataDirectory();
  const running = await findRunningProduct(dataDirectory);
  if (running) {
    say.step(`using the product that runs at ${running.url}`);
    return { url: running.url, env: { ...definedEnv(), ...running.env }, release: async () => undefined };
  }
  say.step("starting the product");
  const product = await startProduct({ mode: "start", dataDirectory, firstTask: false });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await product.stop();
      process.exit(130);
    });
  }
  return { url: product.settings.url, env: product.settings.env, release: product.stop };
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
