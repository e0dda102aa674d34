/** A problem as a page, for who came by a link: what is wrong, what to do about it, and the way back. */
import { html } from "hono/html";
import type { Problem } from "../../shared/problem.ts";
import { renderPage } from "./shell.ts";

/** @param headers that belong to the problem */
export const problemPage = async (problem: Problem, headers: Record<string, string>): Promise<Response> => {
  const { status, title, message } = problem;
  const page = await renderPage({
    title: `${title} · Whippet`,
    content: html`<h1>${title}</h1>
      <p>${message.charAt(0).toUpperCase()}${message.slice(1)}.</p>
      <p class="status">Status ${status}</p>
      <p><a class="button" href="/">To the photos</a></p>`,
    style: ".status { color: var(--muted); font-size: 0.875rem; } main p { overflow-wrap: anywhere; }",
    script: "",
  });
  return new Response(page.body, { status, headers: { ...headers, ...page.headers } });
};
