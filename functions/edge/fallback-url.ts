/** WHIPPET_FALLBACK_URL: the server that answers for models which do not fit into a Worker. */

/**
 * @returns its address, ending in a slash; undefined when there is none
 * @throws Error with the fix when it is no address
 */
export const readFallback = (value: unknown): URL | undefined => {
  if (value === undefined || value === "") return undefined;
  const fix = "it must be a server's address, such as https://abc.lambda-url.eu-central-1.on.aws/";
  if (typeof value !== "string" || !URL.canParse(value))
    throw new Error(`WHIPPET_FALLBACK_URL is ${JSON.stringify(value)}; ${fix}`);
  const url = new URL(value);
  if (!["http:", "https:"].includes(url.protocol) || url.username !== "" || url.search !== "")
    throw new Error(`WHIPPET_FALLBACK_URL is ${JSON.stringify(value)}; ${fix}`);
  // The deploy prints the classify URL: it is what people paste
  url.pathname = `${url.pathname.replace(/\/classify\/?$/, "").replace(/\/$/, "")}/`;
  return url;
};
