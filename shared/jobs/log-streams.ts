/** Reads on in CloudWatch log streams from where the last call stopped. */
import { type CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { z } from "zod";
import { Problem } from "../problem.ts";
import { awsCall } from "./aws-call.ts";
import type { LogLine, LogPage } from "./jobs.ts";

export interface LogStream {
  group: string;
  name: string;
  shard?: number;
}

/** Where each stream was left: its `nextForwardToken`. Only streams that we found ourselves are looked up in it. */
const cursorSchema = z.record(z.string(), z.string().max(200));
type Cursor = z.infer<typeof cursorSchema>;

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString("base64url");

const decode = (text: string | undefined): Cursor => {
  if (text === undefined || text === "") return {};
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (cause) {
    throw new Problem(
      400,
      `from is ${JSON.stringify(text.slice(0, 40))}: give back the \`next\` of an earlier answer`,
      {
        title: "Bad request",
        cause,
      },
    );
  }
};

/** A stream's name ends in an id of its own, which is enough to know it by. */
const short = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

export const readStreams = async (
  client: CloudWatchLogsClient,
  streams: readonly LogStream[],
  from: string | undefined,
): Promise<Omit<LogPage, "state">> => {
  const cursor = decode(from);
  const lines = await Promise.all(
    streams.map(async (stream) => {
      const read = await readStream(client, stream, cursor[short(stream.name)]);
      if (read.token !== undefined) cursor[short(stream.name)] = read.token;
      return read.lines;
    }),
  );
  return { lines: lines.flat().sort((a, b) => a.time - b.time), next: encode(cursor) };
};

/** A stream ends, for now, where its forward token stays the same. */
const readStream = async (
  client: CloudWatchLogsClient,
  { group, name, shard }: LogStream,
  from: string | undefined,
): Promise<{ lines: LogLine[]; token: string | undefined }> => {
  const lines: LogLine[] = [];
  for (let token = from; ; ) {
    const page = await eventsAfter(client, group, name, token);
    for (const { timestamp = 0, message = "" } of page?.events ?? [])
      lines.push({ time: timestamp, text: message, ...(shard !== undefined && { shard }) });
    const next = page?.nextForwardToken;
    if (next === undefined || next === token) return { lines, token };
    token = next;
  }
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
          ...(token !== undefined && { nextToken: token }),
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }),
  );
