/**
 * The README's picture of the page, in both colour schemes: `npm run picture`. A model of drawn shapes is trained and served,
 * and asked about a drawn photo.
 */
import { join } from "node:path";
import sharp from "sharp";
import { packageRoot } from "../../shared/package-root.ts";
import { classes, draw, drawFolder } from "../drawing.ts";
import { runForData, serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { launch, visit } from "./browser.ts";
import { answered, choose } from "./local-page.ts";

const PHOTOS_A_CLASS = 40;
/** Of the window in CSS pixels. */
const [WIDTH, HEIGHT] = [960, 860];

const { home, remove } = await temporaryFolder("picture");
try {
  await drawFolder(join(home, "shapes"), classes.length, PHOTOS_A_CLASS);
  await runForData(["train", "shapes"], { cwd: home });
  const photo = join(home, "stars.jpg");
  await draw("stars", 4, 1200, 900).jpeg({ quality: 92 }).toFile(photo);
  const [server, browser] = await Promise.all([serve([], { cwd: home }), launch()]);
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const viewport = { width: WIDTH, height: HEIGHT };
      const { page, close } = await visit(browser, server.url, { viewport, colorScheme, deviceScaleFactor: 2 });
      // the second time, nothing has to be loaded any more
      await choose(page, photo);
      await answered(page);
      await page.getByRole("button", { name: "Remove stars.jpg" }).click();
      await choose(page, photo);
      await answered(page);
      await page.getByRole("button", { name: "Heat map" }).click();
      const shown = await page.screenshot();
      await sharp(shown)
        .png({ palette: true, quality: 90, effort: 10 })
        .toFile(join(packageRoot, "docs", `page-${colorScheme}.png`));
      await close();
    }
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    await server.ended;
  }
} finally {
  await remove();
}
