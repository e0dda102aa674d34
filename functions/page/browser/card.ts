/** One photo and what became of it. */
import type { Manifest } from "../../../shared/manifest.ts";
import { percent } from "../../../shared/page/numbers.ts";
import { type Answered, answerParts } from "./answer.ts";
import { ask } from "./ask.ts";
import { button, element } from "./element.ts";
import type { Settings } from "./settings.ts";
import { type Sent, shrink } from "./shrink.ts";
import type { Step } from "./steps.ts";
import { CannotRunHere, Refusal, type Told } from "./told.ts";

export interface Card {
  item: HTMLLIElement;
  /** Asks about the photo; settles when there is an answer or a reason. Never rejects. */
  run(): Promise<void>;
  /** Whether the server refused it for want of a key. */
  readonly keyless: boolean;
}

export interface CardParts {
  settings: Settings;
  /** Has the card run again, when its turn comes. */
  again(card: Card): void;
  removed(card: Card): void;
}

/** Best labels that are shown. */
const SHOWN = 5;

/** One more than is shown, since the background is not; undefined where the model is not known. */
const topOf = (manifest: Manifest | undefined): number | undefined =>
  manifest && Math.min(SHOWN + 1, manifest.labels.length);

export const createCard = (file: File, { settings, again, removed }: CardParts): Card => {
  const { local } = settings;
  /** A photo that was not to leave this machine does not leave it when the switch goes off. */
  let here = local?.on ?? false;
  let status: number | undefined;
  const url = URL.createObjectURL(file);
  const image = element("img", { src: url, alt: `Your photo ${file.name}` });
  const frame = element("div", { className: "frame" }, image);
  const said = element("div", { className: "said" });
  const left = new AbortController();
  const remove = button(
    "×",
    () => {
      left.abort(new DOMException("removed", "AbortError"));
      URL.revokeObjectURL(url);
      item.remove();
      removed(card);
    },
    "remove",
  );
  remove.setAttribute("aria-label", `Remove ${file.name}`);
  const item = element("li", { className: "card" }, frame, said, remove);
  image.addEventListener("error", () => frame.classList.add("unseen"));

  const askServer = async (model: string, manifest: Manifest | undefined): Promise<[Told, Sent]> => {
    const bar = element("progress", { max: 1 });
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const doing = element("p", { className: "quiet" }, "Preparing …");
    doing.setAttribute("role", "status");
    said.replaceChildren(doing, bar);
    const begun = performance.now();
    const sent = await shrink(file, manifest?.input, settings.decodeAhead);
    const shrinking: Step = ["shrinking", sent.photo === file ? 0 : performance.now() - begun];
    const onUploaded = (share: number) => {
      bar.value = share;
      doing.textContent = share < 1 ? `Uploading, ${percent(share)}` : "Looking …";
      if (share >= 1) bar.removeAttribute("value");
    };
    const told = await ask({
      ...sent,
      model,
      top: topOf(manifest),
      key: settings.key(),
      onUploaded,
      signal: left.signal,
    });
    return [{ ...told, steps: [shrinking, ...told.steps] }, sent];
  };

  const askHere = async (model: string, manifest: Manifest | undefined): Promise<[Told, Sent]> => {
    const doing = element("p", { className: "quiet" }, "Looking, in this browser …");
    doing.setAttribute("role", "status");
    said.replaceChildren(doing);
    return [await local!.ask(model, file, topOf(manifest)), { photo: file }];
  };

  const run = async (): Promise<void> => {
    status = undefined;
    const begun = performance.now();
    const model = settings.model();
    const manifest = await settings.manifest(model).catch(() => undefined);
    try {
      left.signal.throwIfAborted();
      const [told, sent] = await (here ? askHere : askServer)(model, manifest);
      left.signal.throwIfAborted();
      const total = performance.now() - begun;
      const shrunk = async () => (await shrink(file, manifest?.input, settings.decodeAhead)).photo;
      const answered: Answered = { ...told, ...sent, here, shrunk, total, background: manifest?.background };
      said.replaceChildren(...(await answerParts(answered, { frame, settings, shown: SHOWN })));
    } catch (error) {
      if (!left.signal.aborted) refuse(error);
    }
  };

  const refuse = (error: unknown): void => {
    status = error instanceof Refusal ? error.status : undefined;
    if (card.keyless) settings.wantKey();
    const reason = element("p", { className: "problem" }, error instanceof Error ? error.message : String(error));
    reason.setAttribute("role", "alert");
    const actions = element("div", { className: "row" });
    actions.append(button("Try again", () => again(card)));
    if (error instanceof CannotRunHere)
      actions.append(
        button("Ask the server", () => {
          here = false;
          again(card);
        }),
      );
    said.replaceChildren(element("h2", {}, "No answer"), reason, actions);
  };

  const card: Card = {
    item,
    run,
    get keyless() {
      return status === 401;
    },
  };
  return card;
};
