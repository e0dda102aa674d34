/** The page at `/`: photos in, answers out. Without a script its form still posts one photo. */
import type { Context } from "hono";
import { html } from "hono/html";
import style from "./gen/classify.css.ts";
import script from "./gen/classify.js.ts";
import { answerPage } from "./shell.ts";

export interface ClassifyPage {
  /** The model that answers by default; undefined while nothing is published. */
  model: string | undefined;
  /** All that are published. */
  models: readonly string[];
  /** Whether photos are kept that someone puts right. */
  feedback: boolean;
  /** Whether a key is asked for. */
  keyed: boolean;
  /** Whether browsers are offered to run models themselves. */
  local: boolean;
}

export const classifyPage = (c: Context, page: ClassifyPage): Promise<Response> =>
  answerPage(c, {
    title: page.model === undefined ? "Whippet" : `${page.model} · Whippet`,
    content: page.model === undefined ? nothingYet : form(page, page.model),
    style,
    script: page.model === undefined ? "" : script,
    workers: page.local,
  });

const nothingYet = html`
<h1>Nothing is published yet</h1>
<p>Train a model from a folder of photos, with a folder in it for each class:</p>
<pre><code>npx whippet train ~/photos</code></pre>`;

/** Shown by the script. */
const localSwitch = html`<div class="local" id="local" hidden>
<label class="switch"><input type="checkbox" role="switch" aria-describedby="local-said"> Run in this browser</label>
<p class="quiet" id="local-said" role="status">Photos then stay on this machine; the model is loaded once.</p>
<progress max="1" aria-label="Loading of the model" hidden></progress>
</div>`;

const form = ({ models, feedback, keyed, local }: ClassifyPage, model: string) => html`
<h1>What is in your photo?</h1>
<form id="ask" action="/classify" method="post" enctype="multipart/form-data" data-model="${model}"
  ${feedback ? html`data-feedback` : ""}>
<div class="drop" id="drop">
<p class="drop-hint">Drop photos here, paste one, or</p>
<div class="buttons">
<label class="button">Choose photos
<input class="hidden" id="choose" type="file" name="photo" accept="image/jpeg,image/png,image/webp" multiple required></label>
<label class="button plain" id="camera" hidden>Take a photo
<input class="hidden" id="take" type="file" accept="image/*" capture="environment"></label>
</div>
<noscript><button>Classify</button></noscript>
</div>
<div class="settings">
${
  models.length > 1
    ? html`<label>Model <select id="model">${models.map(
        (name) => html`<option${name === model ? html` selected` : ""}>${name}</option>`,
      )}</select></label>`
    : html`<p>Answered by the model <a href="/models/${model}">${model}</a></p>`
}
${keyed ? html`<label>Key <input id="key" type="password" autocomplete="off" spellcheck="false"></label>` : ""}
</div>
${local ? localSwitch : ""}
</form>
<ol id="answers" class="answers" aria-label="Your photos"></ol>`;
