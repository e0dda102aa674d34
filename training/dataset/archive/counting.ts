/** Passes a stream on and tells how many bytes went by; whoever is told may stop it by throwing. */
import { Transform } from "node:stream";

export const counting = (onBytes: (count: number) => void): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        onBytes(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
