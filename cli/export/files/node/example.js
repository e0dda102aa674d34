// Says what is on photos: node example.js dog.jpg
import { readFile } from "node:fs/promises";
import { openModel } from "./whippet.js";

const model = await openModel();
for (const photo of process.argv.slice(2)) {
  const { predictions, labels, unknown } = await model.classify(await readFile(photo), { top: 5 });
  const shown = unknown || !labels ? predictions.slice(0, 1) : labels;
  const said = shown.map(({ label, score }) => `${label} ${(100 * score).toFixed(1)}%`).join(", ");
  console.log(`${photo}: ${said}${unknown ? " (unknown: none of its labels)" : ""}`);
}
