/** An answer as Lambda takes it from the handler, payload format 2.0: text as it is, all else in base64. */
import { Problem } from "../../shared/problem.ts";
import { problemResponse } from "../http/problems.ts";

export interface Result {
  statusCode: number;
  headers: Record<string, string>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
}

/** Lambda's limit for what a handler returns, as JSON. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const RESULT_BYTES = 6 * 1024 * 1024;

const textual = /^text\/|[/+](json|xml|javascript)\b/i;

/** Compressed text is bytes too, whatever its type. */
const isText = (headers: Headers): boolean =>
  textual.test(headers.get("content-type") ?? "text/plain") && !headers.has("content-encoding");

const encode = async (response: Response): Promise<Result> => {
  const { status, headers } = response;
  const isBase64Encoded = !isText(headers);
  const body = isBase64Encoded ? Buffer.from(await response.arrayBuffer()).toString("base64") : await response.text();
  const cookies = headers.getSetCookie();
  const others = [...headers].filter(([name]) => name !== "set-cookie");
  return {
    statusCode: status,
    headers: Object.fromEntries(others),
    ...(cookies.length > 0 && { cookies }),
    body,
    isBase64Encoded,
  };
};

/** An answer that Lambda would refuse, and so tell the client nothing, becomes a 413 that says what to do. */
export const resultOf = async (response: Response): Promise<Result> => {
  const result = await encode(response);
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes <= RESULT_BYTES) return result;
  const problem = new Problem(
    413,
    `the answer takes ${bytes} bytes, and Lambda carries at most ${RESULT_BYTES}; send fewer photos at once, or leave out trace and heatmap`,
    { title: "Answer too large" },
  );
  return encode(problemResponse(problem));
};
