/**
 * CloudWatch reads metrics out of log lines (embedded metric format), so a function needs neither a call nor a timer for
 * them. Three metrics of one dimension, written for classifications only: CloudWatch bills each metric by the month.
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { Log } from "../log.ts";

const definition = {
  Namespace: "Whippet",
  Dimensions: [["function"]],
  Metrics: [
    { Name: "photos", Unit: "Count" },
    { Name: "milliseconds", Unit: "Milliseconds" },
    { Name: "failures", Unit: "Count" },
  ],
};

/** @param functionName the metrics' dimension */
export const embedMetrics =
  (log: Log, functionName: string): Log =>
  (entry) => {
    const { event, photos, ms, level } = entry;
    const failed = level === "error";
    if (event !== "request" || (photos === undefined && !failed)) return log(entry);
    log({
      ...entry,
      function: functionName,
      photos: photos ?? 0,
      milliseconds: ms,
      failures: Number(failed),
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [definition] },
    });
  };
