// Says what is on photos: node example.js dog.jpg
import { readFile } from "node:fs/promises";
import { openModel } from "./whippet.js";

const model = await openModel();
for (const photo of process.argv.slice(2)) {
  const { predictions, unknown } = await model.classify(await readFile(photo), { top: 5 });
  const [{ label, score }] = predictions;
  console.log(`${photo}: ${label} ${(100 * score).toFixed(1)}%${unknown ? " (unknown: none of its labels)" : ""}`);
}
