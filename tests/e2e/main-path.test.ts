import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchBrowser, newSignInLink, openPage, signInBy } from "../harness/browser.ts";

const state = (name: string) => `[data-testid="session-state"][data-state="${name}"]`;

/** The diff, which stands beside the conversation or is opened from it. */
async function showChanges(page: Page): Promise<void> {
  const review = page.getByRole("button", { name: "Review changes" }).last();
  await review.waitFor();
  await review.click();
  await page.getByTestId("changes").first().waitFor();
}

describe("the way of one task, in the browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test("the first start's link signs in, once, and opens the first session with its result", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    const { signInUrl } = inject("product");
    await signInBy(page, signInUrl);
    expect(page.url()).toMatch(/\/w\/demo\/sessions\/ses_/);
    await page.locator(state("idle")).first().waitFor({ timeout: 60_000 });
    await page.getByText("npm test").first().waitFor();
    await showChanges(page);
    await page.reload();
    await showChanges(page);
    expectNoErrors();
    await context.close();

    const stranger = await openPage(browser);
    const response = await stranger.page.goto(signInUrl);
    expect(response?.status()).toBe(410);
    await stranger.context.close();
  });

  test("a guided task that asks for permission: question, answer, diff, patch", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    await page.goto("/w/demo");
    await page.getByTestId("suggestion").filter({ hasText: "Remove the legacy formatter" }).click();
    await page.getByTestId("start-session").click();
    await page.waitForURL(/\/sessions\/ses_/);

    const card = page.getByTestId("permission-card");
    await card.waitFor({ timeout: 60_000 });
    await page.locator(state("waiting")).first().waitFor();
    expect(await page.getByTestId("always-rule").textContent()).toMatch(/^allow \w+: \S/);
    while (!(await page.locator(state("idle")).first().isVisible())) {
      const answer = card.getByRole("button", { name: /Allow once/ });
      await Promise.race([answer.waitFor(), page.locator(state("idle")).first().waitFor()]);
      if (await answer.isVisible()) {
        await answer.click();
        await answer.waitFor({ state: "detached" });
      }
    }

    await showChanges(page);
    await page.getByRole("button", { name: "Copy or download the changes" }).first().click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Download patch" }).click()]);
    const patch = await readFile(await download.path(), "utf8");
    expect(patch).toMatch(/^diff --git /m);
    expect(patch).toMatch(/^deleted file mode/m);
    expectNoErrors();
    await context.close();
  });

  test("a task that the demo model does not know is refused in a sentence that says what to do", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    await page.goto("/w/demo");
    await page.getByLabel("Task for the agent").fill("Write me a compiler.");
    await page.getByTestId("start-session").click();
    await page.waitForURL(/\/sessions\/ses_/);
    await page.locator(state("idle")).first().waitFor({ timeout: 60_000 });
    await page.getByText(/key/i).first().waitFor();
    expectNoErrors();
    await context.close();
  });
});
