/**
 * What a function URL (or an HTTP API) hands to a Lambda function, payload format 2.0, as a Request.
 * Hono's adapter for it is deprecated, has no signal for the deadline, and decodes base64 a character at a time.
 * Source: docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import { z } from "zod";
import { Problem } from "../../shared/problem.ts";

const eventSchema = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({ domainName: z.string(), http: z.object({ method: z.string() }) }),
});

type Event = z.output<typeof eventSchema>;

/** What stands where bytes were no UTF-8, once the platform has read them as text. */
const REPLACEMENT = "\uFFFD";

const BODILESS = ["GET", "HEAD"];

/** @throws Problem 400 when the platform has taken a photo for text, which cannot be undone */
const bodyOf = ({ body, isBase64Encoded, headers }: Event): Uint8Array<ArrayBuffer> => {
  if (body === undefined) return new Uint8Array();
  if (isBase64Encoded) return new Uint8Array(Buffer.from(body, "base64"));
  const type = headers["content-type"] ?? "";
  if (body.includes(REPLACEMENT) && !/\bjson\b/.test(type))
    throw new Problem(
      400,
      `with the content type ${type} Lambda reads the body as text, which destroys a photo; send it as application/octet-stream or image/jpeg`,
      { title: "Bad request" },
    );
  return new TextEncoder().encode(body);
};

/** Headers hold bytes; what is no byte is escaped. */
const headerValue = (value: string): string => (/[^\0-\xff]/.test(value) ? encodeURIComponent(value) : value);

const headersOf = ({ headers, cookies }: Event): Headers => {
  const all = new Headers(Object.entries(headers).map(([name, value]) => [name, headerValue(value)]));
  if (cookies?.length) all.set("cookie", cookies.map(headerValue).join("; "));
  return all;
};

/** What `x-request-id` may be, as Hono's `requestId` takes it. */
const usableId = /^[\w=-]{1,255}$/;

/**
 * @param invocation Lambda's id, which becomes the request's where the client sent none that can be used: the client's own
 *   decides which version is tried on it, on every server alike
 * @throws Problem 400 when no request can be made of it; Error when it is another kind of event
 */
export const requestOf = (event: unknown, invocation: string, signal: AbortSignal): Request => {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success)
    throw new Error("the event is no request of a function URL; invoke the function by its URL", {
      cause: parsed.error,
    });
  const { rawPath, rawQueryString, requestContext } = parsed.data;
  const { method } = requestContext.http;
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString && `?${rawQueryString}`}`;
  const body = BODILESS.includes(method) ? undefined : bodyOf(parsed.data);
  try {
    const headers = headersOf(parsed.data);
    if (!usableId.test(headers.get("x-request-id") ?? "")) headers.set("x-request-id", invocation);
    // the event has the body whole, so this is its length whatever the client announced
    if (body) headers.set("content-length", String(body.length));
    return new Request(url, { method, headers, signal, ...(body && { body }) });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Problem(400, `no request can be made of ${method} ${rawPath}: ${cause.message}`, {
      title: "Bad request",
      cause,
    });
  }
};
