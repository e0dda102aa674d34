/**
 * Constants that frozen and trained layers share, apart: exporters store equal ones once, such as the biases of layers that
 * were never trained, and what is trained in one layer must change no other.
 */
import { consumers } from "../../shared/onnx/graph.ts";
import { copyModel, type Model } from "../../shared/onnx/model.ts";

/**
 * @param trained tensors that depend on where the training begins
 * @returns a copy in which the nodes that make them read no constant that another node reads, too
 */
export const untied = (model: Model, trained: ReadonlySet<string>): Model => {
  const copy = copyModel(model);
  const { graph } = copy;
  const users = consumers(graph);
  for (const stored of [...graph.initializer]) {
    const all = users.get(stored.name) ?? [];
    const own = all.filter(({ output }) => output.some((name) => trained.has(name)));
    if (own.length === 0 || own.length === all.length) continue;
    const name = `${stored.name}_trained`;
    graph.initializer.push({ ...stored, name });
    for (const { input } of own)
      for (const [place, read] of input.entries()) if (read === stored.name) input[place] = name;
  }
  return copy;
};
