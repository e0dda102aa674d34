/** Lets the page at `/docs` copy samples and try calls: of this server alone, whose address it puts into the samples. */
import { ORIGIN } from "../docs/origin.ts";
import { requestOf } from "./call.ts";
import { button, element } from "./element.ts";

const COPIED_MS = 2000;

for (const code of document.querySelectorAll(".sample pre")) {
  code.textContent = code.textContent.replaceAll(ORIGIN, location.origin);
  const copy = button(
    "Copy",
    async () => {
      copy.textContent = await navigator.clipboard.writeText(code.textContent).then(
        () => "Copied",
        () => "Select it and copy",
      );
      setTimeout(() => (copy.textContent = "Copy"), COPIED_MS);
    },
    "quiet copy",
  );
  code.after(copy);
}

const token = document.querySelector<HTMLInputElement>("#token");
for (const hidden of document.querySelectorAll<HTMLElement>(".try, .token")) hidden.hidden = false;

/** What an answer holds, as far as it is text. */
const shown = async (response: Response): Promise<string> => {
  const type = response.headers.get("content-type") ?? "";
  if (/json/.test(type)) {
    const text = await response.text();
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }
  if (/^text\//.test(type)) return response.text();
  const { size } = await response.blob();
  return size === 0 ? "(no body)" : `${size} bytes of ${type}`;
};

/** Characters of an answer that are shown. */
const MOST = 20_000;

const send = async (form: HTMLFormElement): Promise<HTMLElement[]> => {
  const began = performance.now();
  const response = await fetch(...requestOf(form, token?.value));
  const text = await shown(response);
  const took = Math.round(performance.now() - began);
  const { ok, status, statusText } = response;
  return [
    element("p", { className: ok ? "fine" : "failed" }, `${status} ${statusText}, ${took} ms`),
    element("pre", { tabIndex: 0 }, text.length > MOST ? `${text.slice(0, MOST)} …` : text),
  ];
};

for (const form of document.querySelectorAll<HTMLFormElement>(".try form"))
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submit = form.querySelector("button")!;
    submit.disabled = true;
    const parts = await send(form).catch((error: Error) => [
      element("p", { className: "failed" }, `No answer: ${error.message}`),
    ]);
    form.querySelector("output")!.replaceChildren(...parts);
    submit.disabled = false;
  });
