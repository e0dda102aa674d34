/**
 * Runs beside the page at `/`, so that the page answers its visitor meanwhile: one model, and one photo after the other. It
 * fetches assets and published files; photos come from the page, and only answers go back.
 */
import { Problem } from "../../../../shared/problem.ts";
import { type LocalModel, loadModel } from "./load.ts";
import type { LocalAnswer, Progress, Question, Reply } from "./messages.ts";

/** As much of a worker's global scope as is used here; TypeScript's own has no place beside a page's. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(reply: Reply): void;
};

let loaded: LocalModel | undefined;

const modelOf = async (
  manifest: Question["manifest"],
  onProgress: (progress: Progress) => void,
): Promise<LocalModel> => {
  const { name, version } = manifest;
  if (loaded?.manifest.name === name && loaded.manifest.version === version) return loaded;
  await loaded?.dispose();
  loaded = undefined;
  return (loaded = await loadModel(manifest, onProgress));
};

const answer = async ({ id, manifest, photo, options = {} }: Question): Promise<LocalAnswer | undefined> => {
  const { classifier } = await modelOf(manifest, (progress) => scope.postMessage({ id, loaded: progress }));
  if (!photo) return undefined;
  // the clock measures, so the timings are there
  return (await classifier.classify(new Uint8Array(await photo.arrayBuffer()), options)) as LocalAnswer;
};

const failure = (error: unknown): { failed: string; status: number | undefined } =>
  error instanceof Problem
    ? { failed: `${error.title}: ${error.message}`, status: error.status }
    : { failed: error instanceof Error ? error.message : String(error), status: undefined };

/** The one before it. */
let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data }) => {
  last = last.then(async () => {
    const { id } = data;
    scope.postMessage(
      await answer(data).then(
        (answered) => ({ id, answer: answered }),
        (error) => ({ id, ...failure(error) }),
      ),
    );
  });
};
