/** `train --backbone`: what may be said of which backbone. Whole families of networks are trained on in test/long/backbone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { resNet } from "../onnx/networks.ts";

const { home, remove } = await temporaryFolder("own-backbone");
afterAll(remove);
beforeAll(() => writeFile(join(home, "resnet.onnx"), resNet()));

it.each([
  [["--backbone", "resnet18"], /lite0, lite2, .*resnet50, .* end in .onnx, or be an URL/],
  [
    ["--mean", ".5,.5,.5"],
    /lite0 is a backbone that travels .* so --mean says nothing; it may be told --input-size, --crop/,
  ],
  [["--backbone", "resnet50", "--std", "1,1,1"], /so --std says nothing; it may be told --weights, --input-size/],
  [["--backbone", "./resnet.onnx", "--weights", "a.h5"], /an ONNX file, so --weights says nothing/],
  [["--backbone", "https://nowhere/net.onnx", "--remote"], /a file that this machine prepares; leave out --remote/],
  [["--backbone", "resnet50", "--weights", "a.h5", "--remote"], /--weights .*leave out --remote/],
  [["--backbone", "./resnet.onnx", "--mean", ".5"], /three numbers/],
  [["--backbone", "./resnet.onnx", "--remote"], /a file that this machine prepares; leave out --remote/],
])("says what is wrong with %s", async (args, message) => {
  const { code, stderr } = await runCommand(["train", "photos", ...args], { cwd: home });
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});
