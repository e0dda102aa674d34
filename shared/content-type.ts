/** What a published file is to a browser, by the end of its name. */
const contentTypes: Record<string, string> = {
  csv: "text/csv",
  html: "text/html; charset=utf-8",
  jpg: "image/jpeg",
  json: "application/json",
  png: "image/png",
  webp: "image/webp",
};

export const contentTypeOf = (path: string): string =>
  contentTypes[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
