import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, newSignInLink, openPage, signInBy } from "../harness/browser.ts";

describe("agents and attempts, in the browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test("an agent of one's own: its mistakes, what it may do, and then it can be chosen", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    await page.goto("/w/demo/settings/agents");
    await page.getByTestId("definition-plan").getByText("reads only").waitFor();
    await page.getByTestId("new-agent").click();
    await page.getByLabel("Name", { exact: true }).fill("careful");
    const definition = page.getByLabel("Definition");
    const text = await definition.inputValue();
    await definition.fill(text.replace("edit: deny", "edit: never"));
    await page
      .getByTestId("definition-problems")
      .getByText(/rights can't be read/)
      .waitFor();
    await definition.fill(text);
    await page.getByTestId("definition-problems").waitFor({ state: "detached" });
    await page.getByTestId("agent-preview").getByText("git diff *").waitFor();
    await page.getByTestId("save-definition").click();
    await page.getByTestId("definition-careful").waitFor();

    await page.goto("/w/demo#new");
    const box = page.getByRole("textbox", { name: "Task for the agent" });
    await box.fill("");
    await box.pressSequentially("/rev");
    await page.getByTestId("completion").getByText("/review").waitFor();
    await page.keyboard.press("Enter");
    expect(await box.inputValue()).toBe("/review ");
    await box.pressSequentially("@READ");
    await page.getByTestId("completion").getByText("README.md").waitFor();
    await page.keyboard.press("Enter");
    expect(await box.inputValue()).toBe("/review @README.md ");
    const agent = page.getByRole("combobox", { name: "Agent" });
    await page.keyboard.press("Tab");
    await agent.getByText("plan").waitFor();
    await page.keyboard.press("Tab");
    await agent.getByText("careful").waitFor();
    expectNoErrors();
    await context.close();
  });

  test("a picture that the chosen model can't see is said before it is sent, and can be taken out", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    await page.goto("/w/demo#new");
    const buffer = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await page.getByTestId("pick-images").setInputFiles([
      { name: "pixel.png", mimeType: "image/png", buffer },
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") },
    ]);
    await page
      .getByRole("alert")
      .getByText(/"notes.txt" is no picture/)
      .waitFor();
    const attached = page.getByTestId("attachments").getByRole("img", { name: "pixel.png" });
    await attached.waitFor();
    await page.getByRole("textbox", { name: "Task for the agent" }).fill("What is this?");
    await page.getByTestId("start-session").click();
    await page
      .getByRole("alert")
      .getByText(/can't see pictures/)
      .waitFor();
    await page.getByRole("button", { name: "Take out pixel.png" }).click();
    await attached.waitFor({ state: "detached" });
    expectNoErrors();
    await context.close();
  });

  test("the same task twice: side by side, one is chosen, the other archived", async () => {
    const { page, context, expectNoErrors } = await openPage(browser);
    await signInBy(page, await newSignInLink());
    await page.goto("/w/demo");
    await page.getByTestId("suggestion").first().click();
    await page.getByTestId("compare-attempts").click();
    await page.getByTestId("compare-models").waitFor();
    await page.getByTestId("start-session").click();
    await page.waitForURL(/\/compare\/cmp_/);
    const columns = page.getByTestId("compare-column");
    await columns.nth(1).waitFor();
    await columns.first().getByTestId("choose").click();
    await columns.first().getByText("chosen", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Archive the others" }).click();
    await columns.nth(1).getByText("archived", { exact: true }).waitFor();
    await columns.first().getByRole("link", { name: "Open" }).click();
    await page.getByTestId("compare-link").waitFor();
    expectNoErrors();
    await context.close();
  });
});
