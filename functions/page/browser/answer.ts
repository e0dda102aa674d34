/** An answer on its card: what is in the photo, how sure that is, where it is seen, who said so and how long it took. */
import type { Answer } from "../../../shared/classifier/classifier.ts";
import { type Listed, listed } from "../../../shared/classifier/listed.ts";
import { percent } from "../../../shared/page/numbers.ts";
import { button, element } from "./element.ts";
import { feedbackForm } from "./feedback.ts";
import { heatMapOver } from "./heat-map.ts";
import type { Settings } from "./settings.ts";
import type { Sent } from "./shrink.ts";
import { sizeOf } from "./size.ts";
import { written } from "./steps.ts";
import type { Told } from "./told.ts";

/** With the photo that was asked about. */
export interface Answered extends Told, Sent {
  /** Whether this browser gave the answer. */
  here: boolean;
  /** The photo, small enough to travel. */
  shrunk: () => Promise<Blob>;
  /** Milliseconds from the question to the answer. */
  total: number;
  /** The label that means "none of the others". */
  background: string | undefined;
}

interface Place {
  /** Holds the photo, and the heat map over it. */
  frame: HTMLElement;
  settings: Settings;
  /** How many labels. */
  shown: number;
}

/** A share that would round to nothing. */
const LEAST = 0.0005;

export const answerParts = async (answered: Answered, { frame, settings, shown }: Place): Promise<HTMLElement[]> => {
  const { answer, photo, full, shrunk, requestId, background } = answered;
  const actions = element("div", { className: "row" });
  const size = full ?? (await sizeOf(photo));
  frame.querySelector("canvas")?.remove();
  if (answer.heatmap && size)
    actions.append(heatMapToggle(frame, heatMapOver(answer.heatmap, size), answer.heatmap.label));
  // of several labels one would say nothing of the others
  if (settings.feedback && !answer.labels) {
    const labels = async () => (await settings.manifest(answer.model)).labels.filter((label) => label !== background);
    actions.append(feedbackForm({ model: answer.model, requestId, photo: shrunk, key: settings.key(), labels }));
  }
  const known = {
    ...answer,
    predictions: answer.predictions.filter(({ label }) => label !== background).slice(0, shown),
  };
  return [
    headline(known),
    bars(listed(known, shown)),
    ...(actions.childElementCount > 0 ? [actions] : []),
    small(answered),
  ];
};

const headline = ({ unknown, labels, predictions: [best] }: Answer): HTMLElement => {
  if (labels && labels.length > 0) return element("h2", {}, labels.map(({ label }) => label).join(", "));
  if (!unknown && best)
    return element("h2", {}, best.label, " ", element("span", { className: "share" }, percent(best.score)));
  const honest = element("p", { className: "quiet" }, best ? "The closest of what it knows:" : "");
  return element("div", {}, element("h2", {}, "None of the things I know"), honest);
};

const bars = (predictions: readonly Listed[]): HTMLElement => {
  const list = element("ol", { className: "bars" });
  for (const { label, score, given = true } of predictions) {
    const bar = element("span", { className: "bar" });
    bar.style.setProperty("--share", String(score));
    const share = element("span", { className: "number" }, score < LEAST ? "< 0.1%" : percent(score));
    list.append(
      element("li", { className: given ? "" : "beside" }, element("span", { className: "label" }, label), share, bar),
    );
  }
  return list;
};

const small = ({ answer, here, steps, total, background }: Answered): HTMLElement => {
  const { model, version, noHeatmap, predictions } = answer;
  const times = written(steps, total, "waiting");
  const link = element("a", { href: `/models/${encodeURIComponent(model)}` }, model);
  const where = here ? [element("b", {}, "Ran in this browser; the photo stayed here."), element("br")] : [];
  // nobody looks for a place where none of the labels is seen
  const wanted = noHeatmap !== undefined && predictions[0]?.label !== background;
  const why = wanted ? [element("br"), `No heat map: ${noHeatmap}.`] : [];
  return element("p", { className: "quiet" }, ...where, link, ` ${version}`, element("br"), times, ...why);
};

const heatMapToggle = (frame: HTMLElement, map: HTMLCanvasElement, label: string): HTMLButtonElement => {
  map.hidden = true;
  map.setAttribute("role", "img");
  map.setAttribute("aria-label", `Where in the photo ${label} is seen`);
  frame.append(map);
  const toggle = button("Heat map", () => {
    map.hidden = !map.hidden;
    toggle.setAttribute("aria-pressed", String(!map.hidden));
  });
  toggle.setAttribute("aria-pressed", "false");
  return toggle;
};
