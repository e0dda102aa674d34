/** What `GET /metrics` tells Prometheus. It says of no single request who asked, and of no photo more than its best label. */
import type { Log } from "../log.ts";
import { createCounter, createHistogram } from "./series.ts";

export interface Metrics {
  /** @param route as the app names it, `/models/:name`, so that clients cannot make up series */
  request(route: string, method: string, status: number, seconds: number): void;
  /** @param label the best one */
  answered(by: { model: string; version: string }, label: string, unknown: boolean): void;
  /** A photo that got no answer. @param model a published one; undefined where none was found, whatever the client called it */
  refused(model: string | undefined, status: number): void;
  /** The log, and beside it the loads of models that it tells of. */
  count(log: Log): Log;
  /**
   * Prometheus' text format, version 0.0.4.
   * @param inFlight photos that are worked on, and that wait
   */
  text(inFlight: number): string;
}

/** Seconds: from a warm answer about a small photo to one that a client gives up on. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const loads: Record<string, string> = { "model loaded": "loaded", "model refused": "refused" };

export const createMetrics = (): Metrics => {
  const requests = createHistogram("whippet_request_seconds", "Time from a request to its answer.", BOUNDS);
  const answers = createCounter("whippet_answers_total", "Photos answered, by the best label.");
  const refusals = createCounter("whippet_refusals_total", "Photos without an answer, by the status of the problem.");
  const models = createCounter("whippet_model_loads_total", "Versions of models loaded or refused.");
  return {
    request: (route, method, status, seconds) => requests.observe({ route, method, status: String(status) }, seconds),
    answered: (by, label, unknown) => answers.add({ ...by, label, outcome: unknown ? "unknown" : "known" }),
    refused: (model, status) => refusals.add({ ...(model !== undefined && { model }), status: String(status) }),
    count: (log) => (entry) => {
      const outcome = loads[entry.event];
      if (outcome) models.add({ model: String(entry.model), outcome });
      log(entry);
    },
    text: (inFlight) =>
      [
        ...[requests, answers, refusals, models].flatMap((series) => series.lines()),
        "# HELP whippet_photos_in_flight Photos that are worked on, and that wait.",
        "# TYPE whippet_photos_in_flight gauge",
        `whippet_photos_in_flight ${inFlight}`,
        "",
      ].join("\n"),
  };
};
