/** What is promised to be small: `npm run size` as a script would run it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";

it("keeps every bound of `npm run size`: both Workers' scripts and memory, what browsers load, an installation", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "size"], { cwd: packageRoot });
  const held = stdout.split("\n\n").flatMap((report) => {
    const [title] = report.trim().split("\n");
    const bound = /in all of at most (.*) MB$/m.exec(report)?.[1];
    return bound === undefined ? [] : [`${title}: ${bound}`];
  });
  expect(held).toEqual([
    "The Worker's script, gzipped: 0.40",
    "The Worker with onnxruntime-web's script, gzipped: 4.20",
    "What a browser loads to run a model with a plan itself, compressed: 0.25",
    "What a browser loads to run the first model without one itself, compressed: 2.90",
    "The Worker's memory, serving dog-breeds, during a 12-megapixel progressive JPEG: 118.00",
    "The Worker's with onnxruntime-web, serving lite0 in fp16, during a 12-megapixel progressive JPEG: 118.00",
    "An installation (npm install --omit=dev): 850.00",
  ]);
  // the lean one is small since it leaves the runtime out
  const [lean, onnx] = stdout.split("\n\n");
  expect([lean, onnx].map((report) => report!.includes("ort-wasm"))).toEqual([false, true]);
});
