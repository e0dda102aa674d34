/** The server that is fuzzed: the command, as people run it, in a process of its own, with a model of two layers. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishModel } from "../functions/publishing.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";

const labels = ["a", "b", "c", "d"];

/** Next to no time goes into the model, nearly all into reading photos. */
const network = (): Uint8Array => {
  const graph = new GraphBuilder({ size: 224 });
  const map = graph.conv("image", 4, { kernel: 3, stride: 4 });
  graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]), labels.length), "logits");
  return graph.build();
};

export interface FuzzedServer {
  url: string;
  /** Megabytes that the process holds in memory. */
  residentMb(): number;
  /** Everything it logged. */
  stop(): Promise<string>;
}

/** @param env what its owner says */
export const startFuzzedServer = async (env: Record<string, string> = {}): Promise<FuzzedServer> => {
  const { home, remove } = await temporaryFolder("fuzz");
  const folder = join(home, "store");
  const engine = await createNativeEngine();
  await publishModel(createFileStore(folder), {
    name: "letters",
    labels,
    bytes: network(),
    precision: "float32",
    engine,
  });
  const server = await serve(["--store", `file:${folder}`, "--engine", "native"], { cwd: home, env });
  return {
    url: server.url,
    residentMb: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(server.pid)], { encoding: "utf8" })) / 1000,
    async stop() {
      server.kill("SIGTERM");
      const { stderr } = await server.ended;
      await remove();
      return stderr;
    },
  };
};
