/** Requests that are right but for what they bring, and so get past the doors: the owner's, and those of who has a key. */
import type { Dice } from "../lean/dice.ts";
import { BOUNDARY, feedbackForm } from "./bodies.ts";
import { type Doors, labels } from "./server.ts";
import { strange } from "./strange.ts";

export interface Almost {
  method: string;
  target: string;
  type: string;
  authorization: string;
  body: Buffer;
}

const FORM = `multipart/form-data; boundary=${BOUNDARY}`;
const JSON_TYPE = "application/json";

export const almostRight = (dice: Dice, photo: Buffer, { key, token }: Doors): Almost => {
  const request = (door: string, method: string, target: string, type = JSON_TYPE, body: string | Buffer = "{}") => ({
    method,
    target,
    type,
    authorization: `Authorization: Bearer ${door}`,
    body: typeof body === "string" ? Buffer.from(body, "latin1") : body,
  });
  const odd = dice.oneOf(strange);
  const label = dice.oneOf([...labels, odd]);
  const cut = photo.subarray(0, dice.between(0, photo.length));
  return dice.oneOf([
    () => request(token, "POST", "/models/letters/promote", JSON_TYPE, `{"version":${JSON.stringify(odd)}}`),
    () => request(token, "POST", "/models/letters/promote", JSON_TYPE, `{"version":"20260101T000000Z-0123456789ab"}`),
    () => request(token, "POST", "/models/letters/rollback"),
    () => request(token, "GET", "/models/letters/feedback"),
    () => request(token, "GET", `/models/${encodeURIComponent(odd)}/feedback`),
    () => request(token, "DELETE", `/models/letters/feedback/${encodeURIComponent(label)}/${"0".repeat(64)}.jpg`),
    () => request(token, "DELETE", `/models/letters/feedback/a/${encodeURIComponent(odd)}`),
    () => request(token, "GET", "/metrics"),
    () => request(token, "GET", "/models/letters/report"),
    () => request(key, "POST", "/models/letters/feedback", FORM, feedbackForm(dice.oneOf([photo, cut]), label)),
    () => request(key, "POST", "/classify", "image/jpeg", dice.oneOf([photo, cut])),
    () => request(key, "POST", "/models/letters", JSON_TYPE, `{"inputs":"${cut.toString("base64")}"}`),
    () => request(key, "GET", dice.oneOf(["/", "/docs", "/models", "/models/letters", "/openapi.json"])),
  ])();
};
