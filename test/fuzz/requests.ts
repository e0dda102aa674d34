/** Requests that no good client sends: broken HTTP, broken forms, broken JSON, strange paths, queries and headers. */
import { createDice, type Dice } from "../lean/dice.ts";
import { type Almost, almostRight } from "./almost.ts";
import { BOUNDARY, bodyOf } from "./bodies.ts";
import type { Doors } from "./server.ts";
import { strange } from "./strange.ts";

const methods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "get",
  "BREW",
  "",
  "P\0ST",
] as const;

const paths = [
  "/",
  "/classify",
  "/classify?top=5",
  "/models",
  "/models/letters",
  "/models/letters/report",
  "/models/letters/x/files/manifest.json",
  "/models/letters/promote",
  "/models/letters/rollback",
  "/models/letters/feedback",
  `/models/letters/feedback/a/${"0".repeat(64)}.jpg`,
  "/openapi.json",
  "/docs",
  "/healthz",
  "/readyz",
  "/metrics",
  "/uploads",
  "/trainings",
  "/assets/x.js",
] as const;

const names = ["model", "top", "heatmap", "trace", "upload", "share", "__proto__", "top[]", ""] as const;

const types = [
  "image/jpeg",
  "application/json",
  "application/json; charset=utf-16",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  `multipart/form-data; boundary=${BOUNDARY}`,
  `multipart/form-data; charset=utf-8; boundary="${BOUNDARY}"`,
  `multipart/form-data; boundary="${BOUNDARY}`,
  "multipart/form-data; boundary=x",
  `multipart/form-data; boundary=${"y".repeat(300)}`,
  "text/plain",
  "APPLICATION/JSON",
  "application/x-www-form-urlencoded",
  "\xff\xfe",
  "",
] as const;

const headersOf = (dice: Dice): string[] => {
  if (dice.chance(0.5)) return [];
  const odd = dice.oneOf(strange).replace(/[\r\n]/g, "");
  return dice.oneOf<string[]>([
    [`Authorization: Bearer ${odd}`],
    [`Authorization: ${odd}`],
    [`If-None-Match: ${odd}`],
    [`Range: bytes=${dice.oneOf(["0-", "-1", "5-2", "0-0,1-1", "x", `${"9".repeat(400)}-`])}`],
    [`X-Request-Id: ${odd}`],
    [`Origin: ${odd}`, "Access-Control-Request-Method: POST"],
    [`Accept: ${odd}`],
    [`Cookie: ${"a=b;".repeat(dice.between(1, 1000))}`],
    Array.from({ length: dice.oneOf([10, 150, 2500]) }, (_, i) => `X-${i}: ${i}`),
    ["Expect: 100-continue"],
    ["Expect: something"],
    ["Upgrade: websocket", "Connection: Upgrade"],
    ["Content-Encoding: gzip"],
    ["Transfer-Encoding: gzip, chunked"],
    ["Host: other"],
    [`X: ${"x".repeat(20_000)}`],
    [": nameless"],
    ["No colon"],
    ["Bad\0Name: x"],
  ]);
};

const targetOf = (dice: Dice): string => {
  const path = dice.oneOf(paths);
  if (dice.chance(0.4)) return dice.oneOf(["/classify", "/models/letters", "/models/letters/feedback"]);
  return dice.oneOf([
    () => path,
    () => `/models/${dice.oneOf(strange)}`,
    () => `/models/letters/${dice.oneOf(strange)}/files/${dice.oneOf(strange)}`,
    () => `/models/letters/feedback/${dice.oneOf(strange)}/${dice.oneOf(strange)}`,
    () => `/models/${dice.oneOf(strange)}/${dice.oneOf(["feedback", "promote", "rollback"])}`,
    () => `${path}?${dice.oneOf(names)}=${dice.oneOf(strange)}`,
    () =>
      `/classify?${Array.from({ length: dice.oneOf([2, 500]) }, () => `${dice.oneOf(names)}=${dice.oneOf(["1", "2"])}`).join("&")}`,
    () => `/classify?${dice.oneOf(names)}=${encodeURIComponent(dice.oneOf(strange))}`,
    () => dice.oneOf(strange),
  ])();
};

/** How a body's length is told: rightly, wrongly, twice, or not at all. */
const lengthOf = (dice: Dice, body: Buffer): { headers: string[]; sent: Buffer } => {
  if (dice.chance(0.8)) return { headers: [`Content-Length: ${body.length}`], sent: body };
  return dice.oneOf<() => { headers: string[]; sent: Buffer }>([
    () => ({
      headers: [`Content-Length: ${dice.oneOf(["-1", "1e3", "99999999999999999999", "0x10", "", "30000000", "3, 4"])}`],
      sent: body,
    }),
    () => ({ headers: [`Content-Length: ${body.length}`, "Content-Length: 1"], sent: body }),
    () => ({ headers: [`Content-Length: ${body.length}`, "Transfer-Encoding: chunked"], sent: body }),
    () => ({
      headers: ["Transfer-Encoding: chunked"],
      sent: Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]),
    }),
    () => ({
      headers: ["Transfer-Encoding: chunked"],
      sent: Buffer.concat([
        Buffer.from(dice.oneOf(["zz\r\n", "-1\r\n", "ffffffffffffffff\r\n", "5;x=y\r\n", "\r\n"])),
        body,
      ]),
    }),
    () => ({ headers: [], sent: body }),
  ])();
};

/** Wrong in every way. */
const wrong = (dice: Dice, photo: Buffer, { key, token }: Doors): Almost => ({
  method: dice.chance(0.75) ? "POST" : dice.oneOf(methods),
  target: targetOf(dice),
  type: dice.oneOf(types),
  // lest all be turned away at the door
  authorization: `Authorization: ${dice.oneOf([`Bearer ${key}`, `Bearer ${token}`, `Basic ${token}`, ""])}`,
  body: bodyOf(dice, photo),
});

/** @param number with the seed it decides everything */
export const malformedRequest = (seed: number, number: number, photo: Buffer, doors: Doors): Buffer => {
  const dice = createDice(seed * 1_000_003 + number);
  const { method, target, type, authorization, body } = (dice.chance(0.3) ? almostRight : wrong)(dice, photo, doors);
  const { headers, sent } = lengthOf(dice, body);
  const head = [
    `${method} ${target} ${dice.chance(0.96) ? "HTTP/1.1" : dice.oneOf(["HTTP/1.0", "HTTP/9.9", "HTTP", ""])}`,
    ...(dice.chance(0.98) ? ["Host: localhost"] : []),
    `Content-Type: ${type}`,
    ...headers,
    authorization,
    ...headersOf(dice),
  ].join(dice.chance(0.97) ? "\r\n" : dice.oneOf(["\n", "\r", "\r\n\r\n", "\r\n "]));
  const whole = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), sent]);
  // now and then the line spoils it, too
  if (dice.chance(0.05))
    for (let count = 4; count > 0; count--) whole[dice.between(0, whole.length - 1)] = dice.between(0, 255);
  return dice.chance(0.05) ? whole.subarray(0, dice.between(0, whole.length)) : whole;
};
