import { expect, it } from "vitest";
import { drawnModel } from "./models.ts";
import { refusalsOf } from "./refusals.ts";

it("refuses every break that moves more than 3% of the views of a model of 20 photos, and passes the healthy one", async () => {
  const small = await drawnModel();
  const calibration = small.tensors.filter((_, i) => i % 10 === 0);
  const [healthy, ...rows] = await refusalsOf(small, calibration);
  expect(healthy).toMatchObject({ name: "healthy", refused: false });
  expect(rows).toHaveLength(10);
  for (const row of rows.filter(({ moved }) => moved > 0.03)) expect(row).toMatchObject({ refused: true });
  expect(rows.some(({ refused }) => refused)).toBe(true);
}, 240_000);
