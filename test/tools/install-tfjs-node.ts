/** `npm run tfjs-node`: compiles TensorFlow.js' node binding into .tools, for tests and measurements on a CPU. */
import { installTfjsNode, loadTfjsNode, tfjsNode } from "./tfjs-node.ts";

const begun = performance.now();
try {
  installTfjsNode();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const tf = loadTfjsNode();
await tf.ready();
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
process.stdout.write(
  `TensorFlow.js ${tf.version_core} runs on backend "${tf.getBackend()}" from ${tfjsNode} (${seconds} s)\n`,
);
