/** CloudWatch Logs: streams that exist from their first line on, read in small pages so that paging is needed. */
import { FakeError, type Operations } from "./server.ts";

/** Far below AWS's 10,000, so that a test of some lines reads several pages. */
const PAGE = 4;

export interface FakeLogs {
  write(stream: string, text: string): void;
  operations: Operations;
}

export const createFakeLogs = (): FakeLogs => {
  const streams = new Map<string, { timestamp: number; message: string }[]>();
  return {
    write(stream, message) {
      const lines = streams.get(stream) ?? [];
      lines.push({ timestamp: Date.now(), message });
      streams.set(stream, lines);
    },
    operations: {
      GetLogEvents({ logStreamName, nextToken }) {
        const lines = streams.get(String(logStreamName));
        if (!lines) throw new FakeError("ResourceNotFoundException", "The specified log stream does not exist.");
        const at = nextToken === undefined ? 0 : Number(/^f\/(\d+)$/.exec(String(nextToken))?.[1]);
        if (Number.isNaN(at)) throw new FakeError("InvalidParameterException", "The specified nextToken is invalid.");
        const events = lines.slice(at, at + PAGE);
        return { events, nextForwardToken: `f/${at + events.length}`, nextBackwardToken: `b/${at}` };
      },
    },
  };
};
