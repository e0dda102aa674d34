/** What to do with a model that was just trained, as commands to paste. */
import type { Trained } from "../trained.ts";

/** @param store as it was named on the command line */
export const nextSteps = ({ promoted, model, version }: Trained, store: string | undefined): string[] => {
  const elsewhere = store === undefined ? "" : ` --store "${store}"`;
  return promoted
    ? [
        `npx whippet classify photo.jpg --model ${model}${elsewhere}`,
        `npx whippet evaluate other-photos/ --model ${model}${elsewhere}`,
        `npx whippet serve${elsewhere}`,
      ]
    : [`npx whippet promote ${model} ${version}${elsewhere}`];
};
