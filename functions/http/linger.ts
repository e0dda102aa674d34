/**
 * Reads a request to its end although its answer is out. A connection that is closed with bytes unread is reset, and the reset
 * overtakes the answer: a client that sends all before it listens would never learn why it was refused.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import type { nodeLimits } from "../../shared/limits.ts";

type Most = typeof nodeLimits.linger;

/** Listens to a server's `request`, before what answers. @param most what is read on, and dropped, before the connection is cut */
export const lingerAfterAnswer =
  (most: Most): RequestListener =>
  (incoming, outgoing) => {
    const end = outgoing.end.bind(outgoing);
    // ending the answer would close a connection that is not kept alive, so its last bytes are written and the end waits
    const endLater = (chunk?: unknown) => {
      if (incoming.complete || incoming.destroyed) return end(chunk);
      if (chunk === undefined) outgoing.flushHeaders();
      else outgoing.write(chunk);
      outgoing.end = end;
      readOn(incoming, most, () => end());
      return outgoing;
    };
    outgoing.end = endLater;
  };

/** Calls `done` at the end of what `incoming` brings, or when it brings too much or takes too long and was cut off. */
const readOn = (incoming: IncomingMessage, { bytes, milliseconds }: Most, done: () => void): void => {
  const { socket } = incoming;
  const cut = () => {
    incoming.pause().removeAllListeners("data");
    socket.destroySoon();
  };
  const timer = setTimeout(cut, milliseconds);
  let left = bytes;
  // whoever was reading the body keeps nothing of the rest
  incoming.removeAllListeners("data");
  incoming.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cut();
  });
  const over = () => {
    clearTimeout(timer);
    incoming.off("end", over).off("close", over);
    done();
  };
  incoming.on("end", over).on("close", over);
  incoming.resume();
};
