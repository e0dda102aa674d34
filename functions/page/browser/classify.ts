/** The page at `/`, in a browser: photos come by choice, drop, paste or camera, and are asked about two at a time. */
import { type Card, createCard } from "./card.ts";
import { readSettings } from "./settings.ts";

const AT_ONCE = 2;

const form = document.querySelector<HTMLFormElement>("#ask")!;
const answers = document.querySelector<HTMLOListElement>("#answers")!;
const drop = document.querySelector<HTMLElement>("#drop")!;
const choose = document.querySelector<HTMLInputElement>("#choose")!;
const take = document.querySelector<HTMLInputElement>("#take")!;
const settings = readSettings(form);

const waiting: Card[] = [];
let running = 0;

const next = (): void => {
  while (running < AT_ONCE) {
    const card = waiting.shift();
    if (!card) return;
    running++;
    void card.run().finally(() => {
      running--;
      next();
    });
  }
};

const add = (files: Iterable<File>): void => {
  const cards = [...files].map((file) => createCard(file, settings));
  answers.prepend(...cards.map(({ item }) => item));
  waiting.push(...cards);
  next();
};

for (const input of [choose, take])
  input.addEventListener("change", () => {
    add(input.files ?? []);
    // the same photo may be chosen again
    input.value = "";
  });
// a camera that faces away is a phone's or a tablet's
if (matchMedia("(pointer: coarse)").matches) document.querySelector<HTMLElement>("#camera")!.hidden = false;

document.addEventListener("paste", ({ clipboardData }) => add(clipboardData?.files ?? []));
for (const name of ["dragenter", "dragover"] as const)
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (relatedTarget === null) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add(event.dataTransfer?.files ?? []);
});
form.addEventListener("submit", (event) => event.preventDefault());
