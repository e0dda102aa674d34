/** "That's wrong": the photo goes to the owner with the label that its visitor gives it. */
import { button, element } from "./element.ts";

export interface FeedbackContext {
  model: string;
  requestId: string | undefined;
  /** Small enough to travel. */
  photo: () => Promise<Blob>;
  key: string | undefined;
  labels: () => Promise<readonly string[]>;
}

let lists = 0;

export const feedbackForm = (context: FeedbackContext): HTMLElement => {
  const place = element("div", { className: "feedback" });
  const open = button("That’s wrong", () => {
    open.remove();
    void showForm(place, context);
  });
  place.append(open);
  return place;
};

const showForm = async (place: HTMLElement, context: FeedbackContext): Promise<void> => {
  const list = element("datalist", { id: `labels-${++lists}` });
  for (const label of await context.labels().catch(() => [])) list.append(element("option", { value: label }));
  const input = element("input", { type: "text", required: true, autocomplete: "off", maxLength: 200 });
  input.setAttribute("list", list.id);
  const send = element("button", {}, "Send photo and label");
  const form = element("form", { className: "row" }, element("label", {}, "What is it? ", input), list, send);
  const said = element("p", { className: "quiet" }, "The photo goes to the owner of this page, without its EXIF data.");
  said.setAttribute("role", "status");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    said.textContent = "Sending …";
    const outcome = await sendIt(context, input.value).catch((error: Error) => error);
    said.textContent = outcome instanceof Error ? outcome.message : "Thank you. It is kept for the next training.";
    send.disabled = false;
    if (!(outcome instanceof Error)) form.remove();
  });
  place.append(form, said);
  input.focus();
};

const sendIt = async ({ model, requestId, photo, key }: FeedbackContext, label: string): Promise<void> => {
  const body = new FormData();
  body.append("photo", await photo(), "photo");
  body.append("label", label);
  if (requestId !== undefined) body.append("requestId", requestId);
  const response = await fetch(`/models/${encodeURIComponent(model)}/feedback`, {
    method: "POST",
    body,
    ...(key && { headers: { authorization: `Bearer ${key}` } }),
  });
  if (response.ok) return;
  const { title = "Not kept", detail = "" } = (await response.json().catch(() => ({}))) as Record<string, string>;
  throw new Error(`${title}: ${detail}`);
};
