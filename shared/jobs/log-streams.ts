/** Reads on in CloudWatch log streams from where the last call stopped, a bounded part of them at a time. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { inParallel } from "../parallel.ts";
import { awsCall } from "./aws-call.ts";
import type { LogLine, LogPage } from "./jobs.ts";
import { AFTER, decodeCursor, encodeCursor, FINISHED, shortName } from "./log-cursor.ts";

export interface LogStream {
  group: string;
  name: string;
  shard?: number;
  /** When its writer ended, in milliseconds since 1970. */
  ended?: number;
}

/**
 * AWS takes 25 GetLogEvents a second of a whole account; whoever follows looks at most twice a second.
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */
const REQUESTS = 10;
const AT_ONCE = 4;
/** Lines of one request, and characters of all lines after which no further request is made: Lambda answers 6 MB at most. */
const LINES = 500;
const CHARACTERS = 1_000_000;
/** Of one line; what is longer is cut. */
const LINE = 4096;
/** Milliseconds after which nothing more comes from a writer that has ended. */
const LAG = 60_000;

/** Read to its end; it has more, or was never looked at; or it was looked at before and had no turn now. */
type Outcome = "whole" | "more" | "unasked";

/** What no shard wrote comes first, for it is what the training comes to; then the shards, from after the one looked at last. */
const inTurn = (streams: readonly LogStream[], after: string | undefined): LogStream[] => {
  const first = streams.filter(({ shard }) => shard === undefined);
  const shards = streams.filter(({ shard }) => shard !== undefined);
  const from = shards.findIndex(({ name }) => shortName(name) === after) + 1;
  return [...first, ...shards.slice(from), ...shards.slice(0, from)];
};

/** @param now milliseconds since 1970 */
export const readStreams = async (
  client: CloudWatchLogsClient,
  streams: readonly LogStream[],
  from: string | undefined,
  now = Date.now(),
): Promise<Omit<LogPage, "state">> => {
  const cursor = decodeCursor(from);
  const open = inTurn(
    streams.filter(({ name }) => cursor[shortName(name)] !== FINISHED),
    cursor[AFTER],
  );
  const lines: LogLine[] = [];
  let requests = 0;
  let characters = 0;
  const mayAsk = () => requests < REQUESTS && characters < CHARACTERS;

  /** To where the stream ends now, or as far as it goes. */
  const readOn = async (stream: LogStream): Promise<Outcome> => {
    const { group, name, shard, ended } = stream;
    const short = shortName(name);
    let outcome: Outcome = cursor[short] === undefined ? "more" : "unasked";
    while (mayAsk()) {
      requests++;
      const token = cursor[short];
      const page = await eventsAfter(client, group, name, token);
      for (const { timestamp = 0, message = "" } of page?.events ?? []) {
        const text = message.length > LINE ? `${message.slice(0, LINE)}…` : message;
        characters += text.length;
        lines.push({ time: timestamp, text, ...(shard !== undefined && { shard }) });
      }
      const next = page?.nextForwardToken;
      if (next === undefined || next === token) {
        // a stream ends, for now, where its forward token stays the same
        if (ended !== undefined && now - ended > LAG) cursor[short] = FINISHED;
        return "whole";
      }
      cursor[short] = next;
      outcome = "more";
    }
    return outcome;
  };

  const outcomes = await inParallel(open, AT_ONCE, readOn);
  const last = open.findLast(({ shard }, index) => shard !== undefined && outcomes[index] === "whole");
  if (last) cursor[AFTER] = shortName(last.name);
  return {
    lines: lines.sort((a, b) => a.time - b.time),
    next: encodeCursor(cursor),
    ...(outcomes.includes("more") && { more: true }),
  };
};

/** Undefined while the stream is not there: it is made by the container's first line. */
const eventsAfter = (client: CloudWatchLogsClient, group: string, name: string, token: string | undefined) =>
  awsCall("logs:GetLogEvents", () =>
    client
      .send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: name,
          startFromHead: true,
          limit: LINES,
          ...(token !== undefined && { nextToken: token }),
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }),
  );
