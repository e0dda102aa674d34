/** Which versions of a model there are, and which of them answers. */
import { html } from "hono/html";
import type { Pointer } from "../../../shared/manifest.ts";
import type { Markup } from "../../../shared/page/markup.ts";
import { moment, percent, versionTime, whole } from "../../../shared/page/numbers.ts";

/** Older ones are counted. */
const LISTED = 20;

const standing = (version: string, { version: current, previous, candidate }: Pointer): string => {
  if (version === current) return candidate ? `answers ${percent(1 - candidate.share, 0)} of requests` : "answers now";
  if (version === candidate?.version) return `on trial with ${percent(candidate.share, 0)} of requests`;
  return version === previous ? "answered before" : "";
};

/** @param versions oldest first */
export const versionList = (versions: readonly string[], pointer: Pointer): Markup => {
  const latest = versions.toReversed();
  return html`<section aria-labelledby="versions">
    <h2 id="versions">Versions</h2>
    <ol class="versions">
      ${latest.slice(0, LISTED).map((version) => {
        const state = standing(version, pointer);
        return html`<li${version === pointer.version ? html` aria-current="true"` : ""}>
          <time datetime="${versionTime(version)}">${moment(versionTime(version))}</time>
          <code>${version}</code>
          ${state === "" ? "" : html`<span class="tag">${state}</span>`}
        </li>`;
      })}
    </ol>
    ${latest.length > LISTED ? html`<p>And ${whole(latest.length - LISTED)} older ones.</p>` : ""}
  </section>`;
};
