import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, newSignInLink, openPage, signInBy } from "../harness/browser.ts";
import { wireKeyInput } from "../integration/sessions/support/wires/wire-keys.ts";
import { lastWord, wholeTask } from "../integration/sessions/support/wires/wire-script.ts";
import { startWireServer, type Wire, type WireServer } from "../integration/sessions/support/wires/wire-server.ts";

const named: readonly (readonly [Wire, string, Readonly<Record<string, string>>])[] = [
  ["google", "Google Gemini", {}],
  ["openai", "OpenAI", {}],
  ["bedrock", "Amazon Bedrock", { Region: "eu-central-1", "Access key id (not with a Bedrock API key)": "AKIAIOSFODNN7EXAMPLE" }],
];

async function enterKey(
  page: Page,
  provider: string,
  fields: Readonly<Record<string, string>>,
  { input }: ReturnType<typeof wireKeyInput>,
) {
  await page.goto("/w/demo/settings/providers");
  await page.getByTestId("add-provider-key").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Search providers").fill(provider);
  await dialog.getByRole("list", { name: "Providers" }).getByRole("button").first().click();
  await dialog.getByLabel("Name").fill(input.label);
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  await dialog.getByRole("button", { name: "Call it through a gateway" }).click();
  await dialog.getByLabel("Address").fill(input.baseUrl ?? "");
  await dialog.getByLabel("Key", { exact: true }).fill(input.key);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByTestId("provider-key").filter({ hasText: input.label }).getByText("works").waitFor();
}

describe("a provider's key entered in the browser, and a task done with its model", () => {
  let browser: Browser;
  let server: WireServer;
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startWireServer(wholeTask);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  test.each(named)("%s", async (wire, provider, fields) => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    const key = wireKeyInput(server, wire);
    await enterKey(page, provider, fields, key);

    await page.goto("/w/demo#new");
    await page.getByRole("combobox", { name: "Model" }).click();
    await page.getByLabel("Search models").fill(key.model);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Task for the agent" }).fill("Edit the title of the README.");
    await page.getByTestId("start-session").click();
    await page.waitForURL(/\/sessions\/ses_/);
    await page.getByText(lastWord).first().waitFor({ timeout: 60_000 });
    await page.locator(`[data-testid="session-state"][data-state="idle"]`).first().waitFor();
    await page.getByRole("button", { name: "Review changes" }).last().click();
    await page.getByTestId("changes").first().getByText("made.txt").first().waitFor();
    expect(server.refused).toEqual([]);

    await page.goto("/w/demo/settings/providers");
    const row = page.getByTestId("provider-key").filter({ hasText: key.input.label });
    await row.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    expectNoErrors();
    await context.close();
  });
});
