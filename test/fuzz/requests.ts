/** Requests that no good client sends: broken HTTP, broken forms, broken JSON, strange paths, queries and headers. */
import { createDice, type Dice } from "../lean/dice.ts";

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
  "/openapi.json",
  "/docs",
  "/healthz",
  "/readyz",
  "/metrics",
  "/uploads",
  "/trainings",
  "/assets/x.js",
] as const;

/** What is put where a path, a query or a header expects something sensible. */
const strange = [
  "..%2f..%2f..%2fetc%2fpasswd",
  "../../../../etc/passwd",
  "%00",
  "%",
  "%zz",
  "%c0%ae%c0%ae",
  "\u{1f415}",
  "'; drop table models; --",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "NaN",
  "-1",
  "0",
  "1e999",
  "99999999999999999999",
  "null",
  "true",
  "",
  " ",
  "a".repeat(3000),
  "//",
  "http://other.test/",
  "\u0024{jndi:ldap://x}",
] as const;

const names = ["model", "top", "heatmap", "trace", "upload", "share", "__proto__", "top[]", ""] as const;

const types = [
  "image/jpeg",
  "application/json",
  "application/json; charset=utf-16",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  "multipart/form-data; boundary=x",
  'multipart/form-data; boundary="x',
  `multipart/form-data; boundary=${"y".repeat(300)}`,
  "text/plain",
  "APPLICATION/JSON",
  "application/x-www-form-urlencoded",
  "\xff\xfe",
  "",
] as const;

const part = (disposition: string, content: string): string =>
  `--x\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;

const bodyOf = (dice: Dice, photo: Buffer): Buffer =>
  Buffer.from(
    dice.oneOf<() => string | Uint8Array>([
      () => "",
      () => photo,
      () => photo.subarray(0, dice.between(0, photo.length)),
      () => Buffer.alloc(dice.between(0, 5000), dice.between(0, 255)),
      () => `${part('form-data; name="photo"; filename="a.jpg"', photo.toString("latin1"))}--x--\r\n`,
      () => part('form-data; name="photo"', "no end"),
      () => `${part('form-data; name="photo', "x")}--x--`,
      () => `${part('form-data; name="other"', "x").repeat(dice.oneOf([1, 20, 2000]))}--x--\r\n`,
      () => `${part("form-data; name=\"photo\"; filename*=utf-8''%ff", "x").repeat(dice.between(1, 40))}--x--\r\n`,
      () => "--x".repeat(dice.between(1, 3000)),
      () => "{",
      () => "[".repeat(dice.between(1, 20_000)),
      () => `{"inputs":${JSON.stringify(dice.oneOf(strange))}}`,
      () =>
        `{"inputs":"${photo.toString("base64")}","parameters":{"top_k":${dice.oneOf(["-1", "0", "1e9", '"a"', "{}", "null"])}}}`,
      () => `{"inputs":{"__proto__":[]},"parameters":[]}`,
      () => `{"version":${JSON.stringify(dice.oneOf(strange))},"share":${dice.oneOf(["2", "-1", '"x"', "0.5"])}}`,
      () => "\ufeff{}",
    ])(),
  );

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
  if (dice.chance(0.4)) return dice.oneOf(["/classify", "/models/letters"]);
  return dice.oneOf([
    () => path,
    () => `/models/${dice.oneOf(strange)}`,
    () => `/models/letters/${dice.oneOf(strange)}/files/${dice.oneOf(strange)}`,
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

/** @param number with the seed it decides everything */
export const malformedRequest = (seed: number, number: number, photo: Buffer): Buffer => {
  const dice = createDice(seed * 1_000_003 + number);
  const body = bodyOf(dice, photo);
  const { headers, sent } = lengthOf(dice, body);
  const head = [
    `${dice.chance(0.75) ? "POST" : dice.oneOf(methods)} ${targetOf(dice)} ${dice.chance(0.96) ? "HTTP/1.1" : dice.oneOf(["HTTP/1.0", "HTTP/9.9", "HTTP", ""])}`,
    ...(dice.chance(0.98) ? ["Host: localhost"] : []),
    `Content-Type: ${dice.oneOf(types)}`,
    ...headers,
    ...headersOf(dice),
  ].join(dice.chance(0.97) ? "\r\n" : dice.oneOf(["\n", "\r", "\r\n\r\n", "\r\n "]));
  const whole = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), sent]);
  // now and then the line spoils it, too
  if (dice.chance(0.05))
    for (let count = 4; count > 0; count--) whole[dice.between(0, whole.length - 1)] = dice.between(0, 255);
  return dice.chance(0.05) ? whole.subarray(0, dice.between(0, whole.length)) : whole;
};
