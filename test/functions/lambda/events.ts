/** An event as a function URL sends it. */
export const eventOf = (
  path: string,
  {
    method = "GET",
    headers = {},
    ...rest
  }: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    isBase64Encoded?: boolean;
    cookies?: string[];
  } = {},
) => {
  const [rawPath, rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    rawPath,
    rawQueryString,
    headers,
    requestContext: { domainName: "x.lambda-url.eu-central-1.on.aws", http: { method } },
    isBase64Encoded: false,
    ...rest,
  };
};
