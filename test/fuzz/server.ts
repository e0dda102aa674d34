/** The server that is fuzzed: the command, as people run it, in a process of its own, with a model of two layers, an owner and feedback. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { systemClock } from "../../shared/classifier/clock.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { createFileStore } from "../../shared/store/file.ts";
import { serve } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishModel } from "../functions/publishing.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";

export const labels = ["a", "b", "c", "d"];

/** Next to no time goes into the model, nearly all into reading photos. */
const network = (): Uint8Array => {
  const graph = new GraphBuilder({ size: 224 });
  const map = graph.conv("image", 4, { kernel: 3, stride: 4 });
  graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]), labels.length), "logits");
  return graph.build();
};

export interface Doors {
  /** The owner's. */
  token: string;
  /** To be classified for, where that takes one. */
  key: string;
}

export interface FuzzedServer {
  url: string;
  /** What opens what not everyone may. */
  doors: Doors;
  /** Feedback that it has kept so far. */
  kept(): Promise<Uint8Array[]>;
  /** Megabytes that the process holds in memory. */
  residentMb(): number;
  /** Everything it logged. */
  stop(): Promise<string>;
}

/** @param env what its owner says besides, such as that only who has a key is answered */
export const startFuzzedServer = async (env: Record<string, string> = {}): Promise<FuzzedServer> => {
  const { home, remove } = await temporaryFolder("fuzz");
  const folder = join(home, "store");
  const engine = await createNativeEngine();
  const store = createFileStore(folder);
  const token = "the-owner-of-this-server";
  const { key } = await createKey(store, { name: "fuzz", quota: 1_000_000 }, systemClock);
  await publishModel(store, {
    name: "letters",
    labels,
    bytes: network(),
    precision: "float32",
    engine,
  });
  const server = await serve(["--store", `file:${folder}`, "--engine", "native"], {
    cwd: home,
    env: { WHIPPET_TOKEN: token, WHIPPET_FEEDBACK: "1", ...env },
  });
  return {
    url: server.url,
    doors: { token, key },
    kept: async () => {
      const listed = await store.list("feedback/");
      return Promise.all(listed.map(async (object) => (await store.get(object.key))!.bytes));
    },
    residentMb: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(server.pid)], { encoding: "utf8" })) / 1000,
    async stop() {
      server.kill("SIGTERM");
      const { stderr } = await server.ended;
      await remove();
      return stderr;
    },
  };
};
