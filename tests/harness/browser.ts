import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { expect, inject } from "vitest";
import { z } from "zod";
import { runSeed } from "../../infra/local/run-seed.ts";
import { findRunningProduct } from "../../infra/local/running-product.ts";
import { findChromium } from "../../infra/test/ensure-chromium.ts";

export interface Look {
  readonly theme: "light" | "dark";
  readonly width: number;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Fails when the browser's console has shown an error, or a script threw one. */
  expectNoErrors(): void;
}

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium was found: npm test installs one");
  return chromium.launch({ executablePath, args: quiet });
}

/** A browser of its own: nobody is signed in. */
export async function openPage(browser: Browser, look: Look = { theme: "light", width: 1280 }): Promise<OpenedPage> {
  const context = await browser.newContext({
    baseURL: inject("product").url,
    colorScheme: look.theme,
    viewport: { width: look.width, height: look.width < 600 ? 844 : 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  return { page, context, expectNoErrors: () => expect(errors).toEqual([]) };
}

/** A fresh one-time link for the machine's owner. */
export async function newSignInLink(): Promise<string> {
  return (
    await runSeed("first-start.ts", {
      env: await productEnvironment(),
      input: { firstTask: false },
      result: z.object({ signInUrl: z.string() }),
    })
  ).signInUrl;
}

/** The environment that the running product's processes have. */
async function productEnvironment(): Promise<Record<string, string>> {
  const running = await findRunningProduct(inject("product").dataDirectory);
  if (!running) throw new Error("the product does not run any more");
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(own), ...running.env };
}

/** Opens a one-time link as a person does who pastes it; ends on the page that the link leads to. */
export async function signInBy(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL(/\/w\//);
}

/** A page that is wider than the screen can be pushed sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  expect(overflow, `${page.url()} is ${overflow} px wider than the screen`).toBeLessThanOrEqual(0);
}
