/**
 * A Lambda function URL's two translations: a request into an event of payload format 2.0, the function's answer into a
 * response. Source: docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** Of an event, and of an answer. */
export const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Everything else arrives in base64. */
const isText = (type: string): boolean => /^text\/|^application\/(json|xml|javascript)\b/.test(type);

/** Repeated headers are joined, cookies stand apart. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name !== "cookie")
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );

export const eventOf = (request: IncomingMessage, body: Buffer): string => {
  const url = new URL(request.url!, "http://localhost");
  const text = isText(request.headers["content-type"] ?? "");
  const headers = headersOf(request);
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(request.headers.cookie && { cookies: request.headers.cookie.split("; ") }),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: "local.lambda-url.eu-central-1.on.aws",
      domainPrefix: "local",
      http: {
        method: request.method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: "local",
      routeKey: "$default",
      stage: "$default",
      time: new Date().toUTCString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
  });
};

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

export const writeAnswer = (response: ServerResponse, payload: Buffer): void => {
  const { statusCode, headers, cookies, body = "", isBase64Encoded } = JSON.parse(payload.toString()) as Answer;
  response.writeHead(statusCode, { ...headers, ...(cookies && { "set-cookie": cookies }) });
  response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
};
