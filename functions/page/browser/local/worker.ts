/**
 * Runs beside the page at `/`, so that the page answers its visitor meanwhile: one model, and one photo after the other. It
 * fetches assets and published files; photos come from the page, and only answers, or the photos decoded, go back.
 */
import { Problem } from "../../../../shared/problem.ts";
import { decodeAhead } from "./decode-ahead.ts";
import { type LocalModel, loadModel } from "./load.ts";
import type { LocalAnswer, ModelQuestion, Progress, Question, Reply } from "./messages.ts";

/** As much of a worker's global scope as is used here; TypeScript's own has no place beside a page's. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(reply: Reply): void;
};

let loaded: LocalModel | undefined;

const modelOf = async (
  manifest: ModelQuestion["manifest"],
  onProgress: (progress: Progress) => void,
): Promise<LocalModel> => {
  const { name, version } = manifest;
  if (loaded?.manifest.name === name && loaded.manifest.version === version) return loaded;
  await loaded?.dispose();
  loaded = undefined;
  return (loaded = await loadModel(manifest, onProgress));
};

const answer = async ({ id, manifest, photo, options = {} }: ModelQuestion): Promise<LocalAnswer | undefined> => {
  const { classifier } = await modelOf(manifest, (progress) => scope.postMessage({ id, loaded: progress }));
  if (!photo) return undefined;
  // the clock measures, so the timings are there
  return (await classifier.classify(new Uint8Array(await photo.arrayBuffer()), options)) as LocalAnswer;
};

const reply = async (question: Question): Promise<Reply> =>
  "decode" in question
    ? { id: question.id, decoded: await decodeAhead(question.decode, question.input) }
    : { id: question.id, answer: await answer(question) };

const failure = (error: unknown): { failed: string; status: number | undefined } =>
  error instanceof Problem
    ? { failed: `${error.title}: ${error.message}`, status: error.status }
    : { failed: error instanceof Error ? error.message : String(error), status: undefined };

/** The one before it. */
let last: Promise<void> = Promise.resolve();

scope.onmessage = ({ data }) => {
  last = last.then(async () => {
    scope.postMessage(await reply(data).catch((error: unknown) => ({ id: data.id, ...failure(error) })));
  });
};
