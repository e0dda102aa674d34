/** A call as one would write it for curl, in JavaScript and in Python. */
import type { BodyKind } from "./example.ts";

export interface Sample {
  method: string;
  /** With its parameters filled in: `https://…/classify`. */
  url: string;
  body: BodyKind;
  /** Of a form, besides the photo. */
  fields: readonly string[];
  /** Of a JSON body. */
  json: string | undefined;
  /** Whether the call needs a bearer token. */
  token: boolean;
}

const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const text = (value: string): string => JSON.stringify(value);
const indented = (lines: string, by: string): string => lines.replaceAll("\n", `\n${by}`);

const curl = ({ method, url, body, fields, json, token }: Sample): string => {
  const parts = [`curl ${shell(url)}`];
  // curl's own choice: POST with a body, else GET
  if (method !== (body === "none" ? "GET" : "POST")) parts.push(`-X ${method}`);
  if (token) parts.push(`-H "Authorization: Bearer $TOKEN"`);
  if (body === "photo") parts.push("--data-binary @photo.jpg");
  if (body === "form") parts.push("-F photo=@photo.jpg", ...fields.map((field) => `-F ${field}=…`));
  if (body === "json") parts.push(`-H 'Content-Type: application/json'`, `-d ${shell(json ?? "")}`);
  return parts.join(" \\\n  ");
};

const javascript = ({ method, url, body, fields, json, token }: Sample): string => {
  const lines: string[] = [];
  if (body === "photo" || body === "form")
    lines.push(`const photo = document.querySelector("input[type=file]").files[0];`);
  if (body === "form")
    lines.push(
      "const form = new FormData();",
      `form.append("photo", photo);`,
      ...fields.map((field) => `form.append(${text(field)}, "…");`),
    );
  const options: string[] = [];
  if (method !== "GET") options.push(`method: ${text(method)}`);
  const headers = [
    ...(token ? [`authorization: "Bearer " + token`] : []),
    ...(body === "json" ? [`"content-type": "application/json"`] : []),
  ];
  if (headers.length > 0) options.push(`headers: { ${headers.join(", ")} }`);
  if (body === "photo") options.push("body: photo");
  if (body === "form") options.push("body: form");
  if (body === "json") options.push(`body: JSON.stringify(${indented(json ?? "", "  ")})`);
  const given = options.length > 0 ? `, {\n  ${options.join(",\n  ")},\n}` : "";
  lines.push(
    `const response = await fetch(${text(url)}${given});`,
    "console.log(response.status, await response.text());",
  );
  return lines.join("\n");
};

const python = ({ method, url, body, fields, json, token }: Sample): string => {
  const given = [text(url)];
  if (token) given.push(`headers={"Authorization": f"Bearer {token}"}`);
  if (body === "photo") given.push(`data=open("photo.jpg", "rb")`);
  if (body === "form") given.push(`files={"photo": open("photo.jpg", "rb")}`);
  if (body === "form" && fields.length > 0)
    given.push(`data={${fields.map((field) => `${text(field)}: "…"`).join(", ")}}`);
  // the same to Python but for its three words
  if (body === "json")
    given.push(
      `json=${(json ?? "").replace(/\b(true|false|null)\b/g, (word) => ({ true: "True", false: "False" })[word] ?? "None")}`,
    );
  const call =
    given.length === 1 ? given[0] : `\n    ${given.map((part) => indented(part, "    ")).join(",\n    ")},\n`;
  return `import requests\n\nresponse = requests.${method.toLowerCase()}(${call})\nprint(response.status_code, response.text)`;
};

/** By the name of what would run them. */
export const samplesOf = (sample: Sample): readonly (readonly [name: string, code: string])[] => [
  ["curl", curl(sample)],
  ["fetch", javascript(sample)],
  ["Python", python(sample)],
];
