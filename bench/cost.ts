/** `npm run cost`: computes the tables of docs/cost.md anew from docs/prices.json and the benches' figures. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../shared/package-root.ts";
import { recompute } from "./cost/document.ts";

const path = join(packageRoot, "docs", "cost.md");
const before = await readFile(path, "utf8");
const after = recompute(before);
await writeFile(path, after);
console.log(after === before ? "docs/cost.md was up to date" : "docs/cost.md was computed anew");
