import { describe, expect, it } from "vitest";
import type { Engine } from "../../shared/engine/engine.ts";
import type { Form } from "../../training/export/ladder.ts";
import { measureSpeed } from "../../training/export/measure-speed.ts";

const formOf = (name: string): Form => ({ name, precision: "int8", bytes: Uint8Array.of(name.length) });
const [slow, fast] = [formOf("slow"), formOf("quick")];

/** The slow form takes 9 ms of the processor, the fast one 3; every second run waits for other programs. */
const busyEngine = ({ broken }: { broken?: Form } = {}) => {
  let [wall, cpu, runs, open] = [0, 0, 0, 0];
  const engine: Engine = {
    name: "web",
    kind: "web",
    async load({ bytes }) {
      if (bytes === broken?.bytes) throw new Error("the web engine cannot load this");
      open++;
      return {
        async run() {
          const taken = bytes === slow.bytes ? 9 : 3;
          cpu += taken;
          wall += taken + (runs++ % 2 === 1 ? 100 : 0);
          return { logits: new Float32Array(1) };
        },
        dispose: async () => void open--,
      };
    },
  };
  return { engine, now: () => ({ wall, cpu }), open: () => open };
};

describe("the speed of forms", () => {
  it("is told by the clock for people, and by the processor for the gate, whatever else runs", async () => {
    const { engine, now, open } = busyEngine();
    const [first, second] = await measureSpeed([slow, fast], 8, [engine], now);
    expect(first).toEqual({ ms: { web: 9 }, cpuMs: { web: 9 } });
    // it was the fast one whose runs had to wait
    expect(second).toEqual({ ms: { web: 103 }, cpuMs: { web: 3 } });
    expect(open()).toBe(0);
  });

  it("frees what it loaded when another form cannot be loaded", async () => {
    const { engine, now, open } = busyEngine({ broken: fast });
    await expect(measureSpeed([slow, fast], 8, [engine], now)).rejects.toThrow("cannot load this");
    expect(open()).toBe(0);
  });
});
