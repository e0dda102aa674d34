/** What a visitor does on the page at `/` who has photos run in the browser. */
import type { Locator, Page } from "playwright-core";

export const toggle = (page: Page): Locator => page.getByRole("switch", { name: "Run in this browser" });

export const turnOn = async (page: Page, model: string): Promise<void> => {
  await page.selectOption("#model", model);
  await toggle(page).check();
  await page.getByText(`${model} runs in this browser`).waitFor();
};

export const choose = (page: Page, ...paths: string[]): Promise<void> => page.setInputFiles("#choose", paths);

/** Until so many photos have their answer. */
export const answered = async (page: Page, count = 1): Promise<void> => {
  await page.waitForFunction((wanted) => document.querySelectorAll(".bars").length === wanted, count);
};
