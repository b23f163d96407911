import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNoSidewaysScroll, type Look, launchBrowser, newSignInLink, openPage, signInBy } from "../harness/browser.ts";

const looks: readonly Look[] = [
  { theme: "light", width: 1280 },
  { theme: "dark", width: 1280 },
  { theme: "light", width: 390 },
  { theme: "dark", width: 390 },
];

const pages = [
  "/w/demo",
  "/w/demo/repositories",
  "/w/demo/settings/general",
  "/w/demo/settings/members",
  "/w/demo/settings/providers",
  "/w/demo/settings/permissions",
  "/w/demo/settings/api-keys",
];

describe.each(looks)("every page, $theme, $width px wide", (look) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test("signed out: the sign-in page", async () => {
    const { page, context, expectNoErrors } = await openPage(browser, look);
    await page.goto("/w/demo");
    await page.waitForURL(/sign-in/);
    await page.getByRole("button").first().waitFor();
    await expectNoSidewaysScroll(page);
    expectNoErrors();
    await context.close();
  });

  test("signed in: loads, has a heading, fits the screen, no console errors", async () => {
    const { page, context, expectNoErrors } = await openPage(browser, look);
    await signInBy(page, await newSignInLink());
    for (const path of pages) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(200);
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      await expectNoSidewaysScroll(page);
    }
    await page.goto("/w/demo");
    await page.locator('a[href*="/sessions/ses_"]').first().waitFor({ state: "attached" });
    const href = await page.locator('a[href*="/sessions/ses_"]').first().getAttribute("href");
    await page.goto(href ?? "");
    await page.getByTestId("session-state").first().waitFor();
    await expectNoSidewaysScroll(page);
    const isDark = await page.evaluate<boolean>('document.documentElement.classList.contains("dark")');
    expect(isDark, "the theme follows the system").toBe(look.theme === "dark");
    expectNoErrors();
    await context.close();
  });
});
