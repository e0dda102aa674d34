/** Bodies that no good client sends: broken forms, broken JSON, photos cut short. */
import type { Dice } from "../lean/dice.ts";
import { labels } from "./server.ts";
import { strange } from "./strange.ts";

export const BOUNDARY = "a-boundary-of-the-fuzz";

const part = (disposition: string, content: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;

/** As a browser sends what someone puts right. */
export const feedbackForm = (photo: Buffer, label: string): string =>
  `${part('form-data; name="photo"; filename="a.jpg"', photo.toString("latin1"))}${part('form-data; name="label"', label)}--${BOUNDARY}--\r\n`;

export const bodyOf = (dice: Dice, photo: Buffer): Buffer =>
  Buffer.from(
    dice.oneOf<() => string | Uint8Array>([
      () => "",
      () => photo,
      () => photo.subarray(0, dice.between(0, photo.length)),
      () => Buffer.alloc(dice.between(0, 5000), dice.between(0, 255)),
      () => `${part('form-data; name="photo"; filename="a.jpg"', photo.toString("latin1"))}--${BOUNDARY}--\r\n`,
      () => part('form-data; name="photo"', "no end"),
      () => `${part('form-data; name="photo', "x")}--${BOUNDARY}--`,
      () => `${part('form-data; name="other"', "x").repeat(dice.oneOf([1, 20, 2000]))}--${BOUNDARY}--\r\n`,
      () =>
        `${part("form-data; name=\"photo\"; filename*=utf-8''%ff", "x").repeat(dice.between(1, 40))}--${BOUNDARY}--\r\n`,
      () => `--${BOUNDARY}`.repeat(dice.between(1, 3000)),
      () => "{",
      () => "[".repeat(dice.between(1, 20_000)),
      () => `{"inputs":${JSON.stringify(dice.oneOf(strange))}}`,
      () =>
        `{"inputs":"${photo.toString("base64")}","parameters":{"top_k":${dice.oneOf(["-1", "0", "1e9", '"a"', "{}", "null"])}}}`,
      () => `{"inputs":{"__proto__":[]},"parameters":[]}`,
      () => `{"version":${JSON.stringify(dice.oneOf(strange))},"share":${dice.oneOf(["2", "-1", '"x"', "0.5"])}}`,
      () => "\ufeff{}",
      () => feedbackForm(photo, dice.oneOf([...labels, ...strange])),
      () => `${part('form-data; name="label"', "a").repeat(dice.oneOf([1, 2, 2000]))}--${BOUNDARY}--\r\n`,
      () =>
        `${part('form-data; name="photo"', "a")}${part('form-data; name="requestId"', "i".repeat(300))}--${BOUNDARY}--\r\n`,
    ])(),
  );
