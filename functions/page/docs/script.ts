/** Lets the page at `/docs` copy samples and try calls: of this server alone, whose address it puts into the samples. */
import { ORIGIN } from "./call.ts";

export const docsScript = `
  const element = (name, text, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.textContent = text;
    return made;
  };

  for (const code of document.querySelectorAll(".sample pre")) {
    code.textContent = code.textContent.replaceAll(${JSON.stringify(ORIGIN)}, location.origin);
    const button = element("button", "Copy", { type: "button", className: "quiet copy" });
    button.addEventListener("click", async () => {
      const done = await navigator.clipboard.writeText(code.textContent).then(() => "Copied", () => "Select it and copy");
      button.textContent = done;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    code.after(button);
  }

  const token = document.querySelector("#token");
  for (const hidden of document.querySelectorAll(".try, .token")) hidden.hidden = false;

  /** What a form asks for: its parameters in the path and the query, the rest as the call takes it. */
  const requestOf = (form) => {
    const { method, path, body } = form.dataset;
    const inputs = [...form.querySelectorAll("[data-in]")];
    const given = (place) => inputs.filter((input) => input.dataset.in === place && input.value !== "");
    let url = path;
    // a file's name may hold slashes
    for (const { name, value } of given("path"))
      url = url.replace("{" + name + "}", value.split("/").map(encodeURIComponent).join("/"));
    const query = new URLSearchParams(given("query").map(({ name, value }) => [name, value]));
    if (query.size > 0) url += "?" + query;
    const headers = {};
    if (token?.value) headers.authorization = "Bearer " + token.value;
    const init = { method, headers };
    if (body === "photo") init.body = form.elements.photo.files[0] ?? "";
    if (body === "form") {
      init.body = new FormData();
      for (const input of given("body")) init.body.append(input.name, input.files?.[0] ?? input.value);
    }
    if (body === "json") {
      headers["content-type"] = "application/json";
      init.body = form.elements.body.value;
    }
    return [url, init];
  };

  const shown = async (response) => {
    const type = response.headers.get("content-type") ?? "";
    if (/json/.test(type)) {
      const text = await response.text();
      try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
    }
    if (/^text\\//.test(type)) return response.text();
    const { size } = await response.blob();
    return size === 0 ? "(no body)" : size + " bytes of " + type;
  };

  const MOST = 20000;

  const send = async (form) => {
    const [url, init] = requestOf(form);
    const began = performance.now();
    const response = await fetch(url, init);
    const text = await shown(response);
    const took = Math.round(performance.now() - began);
    const status = element("p", response.status + " " + response.statusText + ", " + took + " ms", { className: response.ok ? "fine" : "failed" });
    return [status, element("pre", text.length > MOST ? text.slice(0, MOST) + " …" : text, { tabIndex: 0 })];
  };

  for (const form of document.querySelectorAll(".try form"))
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      form.querySelector("output").replaceChildren(
        ...(await send(form).catch((error) => [element("p", "No answer: " + error.message, { className: "failed" })])),
      );
      button.disabled = false;
    });
`;
