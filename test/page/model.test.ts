import { describe, expect, it } from "vitest";
import { LISTING_HELD } from "../../functions/models/listing.ts";
import { mistakesOf, neighbourOrder } from "../../shared/mistakes.ts";
import { publishFake } from "../functions/publishing.ts";
import { serve } from "../functions/serving.ts";
import { drawnMetrics } from "./charts.ts";

const browser = { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const hostile = ["<script>alert(1)</script>", `"><img src=x onerror=alert(2)>`, "'/**/onload=alert(3)", "a&lt;b"];

/** A server with one model; `metrics` as they lie beside it. */
const serveModel = async (labels: string[], metrics?: unknown) => {
  const { app, store, time } = await serve();
  const version = await publishFake(store, {
    name: "letters",
    logits: labels.map((_, index) => index),
    manifest: { labels },
  });
  const key = `models/letters/${version}/metrics.json`;
  if (metrics === undefined) await store.remove([key]);
  else await store.put(key, encode(metrics));
  const ask = (init: RequestInit = browser) => app.request("/models/letters", init);
  return { app, store, time, version, ask, page: async () => (await ask()).text() };
};

describe("GET /models/:name for a browser", () => {
  it("shows scores, calibration, confusion, classes, making and versions of 120 classes", async () => {
    const labels = Array.from({ length: 120 }, (_, index) => `breed ${String(index).padStart(3, "0")}`);
    const { page, version } = await serveModel(labels, drawnMetrics(labels));
    const html = await page();
    for (const id of ["scores", "calibration", "confusion", "per-class", "known", "made", "versions"])
      expect(html).toContain(`<h2 id="${id}">`);
    for (const label of labels) expect(html).toContain(`<th scope="row">${label}</th>`);
    expect(html).toMatch(/<b>breed \d+<\/b> taken for <b>breed \d+<\/b>/);
    expect(html).toContain(`<span class="name">breed 119</span>`);
    expect(html).toContain(version);
    expect(html).toContain("answers now");
  });

  it("says how sure its figures are, who was judged, what flatters them, and how much of the unknown it tells", async () => {
    const labels = ["a", "b", "c"];
    const metrics = drawnMetrics(labels);
    const text = (html: string) =>
      html
        .split(/<\/?main/)[1]!
        .replace(/<[^>]+>/g, " ")
        .replace(/\s+/g, " ");
    const html = text(await (await serveModel(labels, metrics)).page());
    const [from, to] = metrics.served!.scores!.interval!.map((end) => (100 * end).toFixed(1));
    expect(html).toContain(`${from} to ${to}%`);
    expect(html).toContain(
      "Measured on 36 labelled photos, each answered by one of 5 heads that had not learned from it.",
    );
    expect(html).toContain("Optimistic: 3 of 9 files are named as other training photos are. Photos of your own");
    expect(html).toMatch(
      /Known, and answered .* 94\.7% .*Hidden classes, told as unknown .* 69\.4% .*Drawings .* 100\.0%/,
    );
    expect(html).toContain("ranked below a known photo 93.5% of the time");
    const { judged, unknown, optimistic, ...rest } = metrics;
    const kept = { ...rest, judged: { ...judged, method: "held-out", heads: 1 }, unknown: { kept: 0.9 } };
    const other = text(await (await serveModel(labels, kept)).page());
    expect(other).toContain(
      "36 labelled photos that were kept aside, answered by a head that had not learned from them.",
    );
    expect(other).toContain("Known, and answered");
    for (const absent of ["Optimistic", "Hidden classes", "Drawings"]) expect(other).not.toContain(absent);
  });

  it("escapes labels, which are names of folders, wherever they stand", async () => {
    const { page } = await serveModel(hostile, drawnMetrics(hostile));
    const html = await page();
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain("a&amp;lt;b");
    const [, body = ""] = html.split("<main");
    const [content = ""] = body.split("</main>");
    expect(content).not.toMatch(/<(script|img)/i);
    // no attribute that a label could have opened
    for (const [tag] of content.matchAll(/<[a-z][^>]*>/g)) expect(tag).not.toMatch(/\son\w+=/);
  });

  it.each([
    ["no metrics.json", undefined],
    ["metrics.json of another kind", { top1: 1 }],
    ["metrics.json whose parts are damaged", { schema: 1, labels: 7, served: { confusion: [[1]], reliability: "x" } }],
  ])("says what the manifest says where there is %s", async (_, metrics) => {
    const { page } = await serveModel(["a", "b"], metrics);
    const html = await page();
    expect(html).toContain(`<h2 id="known">`);
    expect(html).toContain(`<h2 id="made">`);
    expect(html).not.toContain(`<h2 id="confusion">`);
    expect(html).toContain("nothing is known of its accuracy");
    expect(html.includes("/files/metrics.json")).toBe(metrics !== undefined);
  });

  it("is JSON for who likes JSON as well, and says that this depends on Accept", async () => {
    const { ask } = await serveModel(["a", "b"]);
    for (const accept of ["*/*", "application/json", "text/html;q=0.5, application/json"]) {
      const response = await ask({ headers: { accept } });
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
      expect(response.headers.get("vary")).toMatch(/accept/i);
    }
    const page = await ask();
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("vary")).toMatch(/accept/i);
  });

  it("is 304 for a reader who has the page, not for one who has the manifest, and new once another version answers", async () => {
    const { ask, store, time } = await serveModel(["a", "b"]);
    const etag = (await ask()).headers.get("etag")!;
    const manifest = (await ask({})).headers.get("etag")!;
    const again = (known: string) => ask({ headers: { ...browser.headers, "if-none-match": known } });
    expect([(await again(etag)).status, (await again(manifest)).status]).toEqual([304, 200]);
    await publishFake(store, { name: "letters", logits: [2, 1] });
    time.now += LISTING_HELD;
    expect((await again(etag)).status).toBe(200);
  });

  it("answers HEAD with the page's headers and no body", async () => {
    const { ask } = await serveModel(["a", "b"]);
    const head = await ask({ ...browser, method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toBe((await ask()).headers.get("etag"));
  });

  it("is 404 where there is no such model", async () => {
    const { app } = await serve();
    expect((await app.request("/models/none", browser)).status).toBe(404);
  });
});

describe("mistakes", () => {
  const matrix = [
    [5, 0, 0, 3],
    [0, 5, 0, 0],
    [0, 1, 5, 0],
    [2, 0, 0, 5],
  ];

  it("are listed with the commonest first", () => {
    expect(mistakesOf(matrix)).toEqual([
      { from: 0, to: 3, photos: 3 },
      { from: 3, to: 0, photos: 2 },
      { from: 2, to: 1, photos: 1 },
    ]);
  });

  it("put classes side by side that are taken for each other, each class once", () => {
    expect(neighbourOrder(matrix)).toEqual([0, 3, 2, 1]);
  });
});
