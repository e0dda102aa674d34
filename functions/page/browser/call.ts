/** What a form on the page at `/docs` asks for: its parameters in the path and the query, the rest as the call takes it. */

const named = (form: HTMLFormElement, place: "path" | "query" | "body"): HTMLInputElement[] =>
  [...form.querySelectorAll<HTMLInputElement>(`[data-in=${place}]`)].filter(({ value }) => value !== "");

const bodyOf = (form: HTMLFormElement): BodyInit | undefined => {
  const given = named(form, "body");
  switch (form.dataset.body) {
    case "photo":
      return given[0]?.files?.[0] ?? "";
    case "form": {
      const data = new FormData();
      for (const { name, files, value } of given) data.append(name, files?.[0] ?? value);
      return data;
    }
    case "json":
      return given[0]?.value ?? "";
    default:
      return undefined;
  }
};

/** @param token the bearer's, where there is one */
export const requestOf = (form: HTMLFormElement, token: string | undefined): [url: string, init: RequestInit] => {
  const { method = "GET", path = "/", body: kind } = form.dataset;
  let url = path;
  // a file's name may hold slashes
  for (const { name, value } of named(form, "path"))
    url = url.replace(`{${name}}`, value.split("/").map(encodeURIComponent).join("/"));
  const query = new URLSearchParams(named(form, "query").map(({ name, value }) => [name, value]));
  if (query.size > 0) url += `?${query}`;
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(kind === "json" && { "content-type": "application/json" }),
  };
  const body = bodyOf(form);
  return [url, { method, headers, ...(body !== undefined && { body }) }];
};
