/**
 * The owner's token, and the one that a Worker and its fallback share: what they must be, and whether a request carries one.
 * Runs on Node and in workerd.
 */

const LEAST_BYTES = 16;

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/**
 * @param value of the variable `name`; unset or empty means that there is none, and so no owner's routes, or no such Worker
 * @throws Error with the fix when it is short enough to be guessed, or cannot be sent in a header
 */
export const readToken = (value: unknown, name = "WHIPPET_TOKEN"): string | undefined => {
  if (value === undefined || value === "") return undefined;
  const fix = "make one with: openssl rand -hex 32";
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value))
    throw new Error(`${name} may hold only printable ASCII without spaces, as a header carries it; ${fix}`);
  const bytes = encode(value).length;
  if (bytes < LEAST_BYTES)
    throw new Error(`${name} has ${bytes} bytes; it needs ${LEAST_BYTES} or more, so that nobody guesses it; ${fix}`);
  return value;
};

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", encode(text)));

/**
 * Whether `authorization` is `Bearer TOKEN`. Digests are compared, all 32 bytes of them, so that the time it takes says
 * nothing of the token, nor of its length.
 */
export const carriesToken = async (authorization: string | undefined, token: string): Promise<boolean> => {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? "";
  const [expected, actual] = await Promise.all([digest(token), digest(given)]);
  let difference = 0;
  for (const [i, byte] of expected.entries()) difference |= byte ^ actual[i]!;
  return difference === 0;
};
