/** The page at `/`, in a browser: photos come by choice, drop, paste or camera, and are asked about two at a time. */
import { type Card, createCard } from "./card.ts";
import { createQueue } from "./queue.ts";
import { readSettings } from "./settings.ts";

const AT_ONCE = 2;

const form = document.querySelector<HTMLFormElement>("#ask")!;
const answers = document.querySelector<HTMLOListElement>("#answers")!;
const drop = document.querySelector<HTMLElement>("#drop")!;
const choose = document.querySelector<HTMLInputElement>("#choose")!;
const take = document.querySelector<HTMLInputElement>("#take")!;

const cards = new Set<Card>();
const queue = createQueue<Card>(AT_ONCE, (card) => card.run());

const settings = readSettings(form, () => {
  for (const card of cards) if (card.keyless) queue.add(card);
});

const removed = (card: Card): void => {
  cards.delete(card);
  queue.remove(card);
};

const add = (files: Iterable<File>): void => {
  const added = [...files].map((file) => createCard(file, { settings, again: queue.add, removed }));
  answers.prepend(...added.map(({ item }) => item));
  for (const card of added) {
    cards.add(card);
    queue.add(card);
  }
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
