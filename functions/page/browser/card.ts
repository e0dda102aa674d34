/** One photo and what became of it. */
import { type Answer, ask, Refusal, type Told } from "./ask.ts";
import { button, element, milliseconds, percent } from "./element.ts";
import { feedbackForm } from "./feedback.ts";
import { heatMapOver } from "./heat-map.ts";
import type { Settings } from "./settings.ts";
import { shrink } from "./shrink.ts";

export interface Card {
  item: HTMLLIElement;
  /** Asks about the photo; settles when there is an answer or a reason. Never rejects. */
  run(): Promise<void>;
}

export const createCard = (file: File, settings: Settings): Card => {
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
    },
    "remove",
  );
  remove.setAttribute("aria-label", `Remove ${file.name}`);
  const item = element("li", { className: "card" }, frame, said, remove);
  image.addEventListener("error", () => frame.classList.add("unseen"));

  const run = async (): Promise<void> => {
    const bar = element("progress", { max: 1 });
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const doing = element("p", { className: "quiet" }, "Preparing …");
    doing.setAttribute("role", "status");
    said.replaceChildren(doing, bar);
    try {
      const { model, key, inputSize } = settings;
      const photo = await shrink(file, await inputSize(model()));
      const onUploaded = (share: number) => {
        bar.value = share;
        doing.textContent = share < 1 ? `Uploading, ${percent(share)}` : "Looking …";
        if (share >= 1) bar.removeAttribute("value");
      };
      const told = await ask({ photo, model: model(), key: key(), onUploaded, signal: left.signal });
      await show(told, photo);
    } catch (error) {
      if (left.signal.aborted) return;
      settings.onRefused(error instanceof Refusal ? error.status : 0);
      const reason = element("p", { className: "problem" }, error instanceof Error ? error.message : String(error));
      reason.setAttribute("role", "alert");
      said.replaceChildren(
        element("h2", {}, "No answer"),
        reason,
        button("Try again", () => void run()),
      );
    }
  };

  const show = async ({ answer, steps, requestId }: Told, photo: Blob): Promise<void> => {
    const parts: HTMLElement[] = [headline(answer), bars(answer)];
    const actions = element("div", { className: "row" });
    const size = await sizeOf(photo);
    if (answer.heatmap && size) actions.append(heatMapToggle(frame, heatMapOver(answer.heatmap, size), answer));
    if (settings.feedback) {
      const labels = () => settings.labels(answer.model);
      actions.append(feedbackForm({ model: answer.model, requestId, photo, key: settings.key(), labels }));
    }
    const version = element("a", { href: `/models/${encodeURIComponent(answer.model)}` }, answer.model);
    const times = steps.map(([name, time]) => `${name} ${milliseconds(time)}`).join(" · ");
    const small = element("p", { className: "quiet" }, version, ` ${answer.version}`, element("br"), times);
    said.replaceChildren(...parts, ...(actions.childElementCount > 0 ? [actions] : []), small);
  };
  return { item, run };
};

const headline = ({ unknown, predictions: [best] }: Answer): HTMLElement => {
  if (!best) return element("h2", {}, "No label");
  if (!unknown) return element("h2", {}, best.label, " ", element("span", { className: "share" }, percent(best.score)));
  const honest = element("p", { className: "quiet" }, "The closest of what it knows:");
  return element("div", {}, element("h2", {}, "None of the things I know"), honest);
};

const bars = ({ predictions }: Answer): HTMLElement => {
  const list = element("ol", { className: "bars" });
  for (const { label, score } of predictions) {
    const bar = element("span", { className: "bar" });
    bar.style.setProperty("--share", String(score));
    const share = element("span", { className: "number" }, percent(score));
    list.append(element("li", {}, element("span", { className: "label" }, label), share, bar));
  }
  return list;
};

/** Upright, of what was sent; undefined where this browser cannot read it. */
const sizeOf = async (photo: Blob): Promise<{ width: number; height: number } | undefined> => {
  const bitmap = await createImageBitmap(photo).catch(() => undefined);
  const size = bitmap && { width: bitmap.width, height: bitmap.height };
  bitmap?.close();
  return size;
};

const heatMapToggle = (frame: HTMLElement, map: HTMLCanvasElement, { predictions }: Answer): HTMLButtonElement => {
  frame.querySelector("canvas")?.remove();
  map.hidden = true;
  map.setAttribute("role", "img");
  map.setAttribute("aria-label", `Where in the photo ${predictions[0]?.label ?? "it"} is seen`);
  frame.append(map);
  const toggle = button("Heat map", () => {
    map.hidden = !map.hidden;
    toggle.setAttribute("aria-pressed", String(!map.hidden));
  });
  toggle.setAttribute("aria-pressed", "false");
  return toggle;
};
