/**
 * What a request may cost, on each platform, all on this page. Everything here is looked at before work begins or while it goes
 * on. Cloudflare enforces two of the Worker's itself and reads them from wrangler.toml; a test holds that file to this one.
 */
import type { Limits } from "./pixels/limits.ts";

export interface RequestLimits {
  /** How many photos are worked on at once. */
  running: number;
  /** How many requests may be here beyond those, each waiting with one photo at a time; then 503. */
  waiting: number;
  /** Milliseconds a photo waits for its turn; then 503. */
  turnTime: number;
  /** Milliseconds from the last byte of a request; the photos whose turn has not come by then are 503. */
  answerTime: number;
  /** Bytes of the photos of one request. */
  requestBytes: number;
  /** Bytes of request bodies held at once; then 503. */
  bodies: number;
  /** Where those are spent: a body that came slower than this, over so many milliseconds, is given up for others (408). */
  slow: { bytesPerSecond: number; milliseconds: number };
  /** Bytes of published files held at once while they are sent; then 503. A reader who takes none for so long is cut off. */
  reading: { bytes: number; milliseconds: number };
  /** Milliseconds one photo may take in a worker thread, on Node, beside what its model is known to take; a Worker has its CPU limit, Lambda its timeout. */
  patience: number;
  /** Milliseconds in which a whole request must have come, on Node. */
  requestTime: number;
}

interface PlatformLimits {
  photo: Limits;
  request: RequestLimits;
}

interface NodeLimits extends PlatformLimits {
  /** How many times as often as WHIPPET_RATE says one address may read. */
  readings: number;
  /** Milliseconds after which a connection that is still open when a server is told to stop is cut. */
  grace: number;
  /** How much of a refused body is read on before its connection is cut. */
  linger: { bytes: number; milliseconds: number };
}

interface EdgeLimits extends PlatformLimits {
  /** Milliseconds for a server that a request is passed on to. */
  fallback: number;
  /** Milliseconds of processor a request. */
  cpu: number;
  /** Requests of one address, in each of Cloudflare's locations: those that compute or write, and those that read. */
  rate: Record<"work" | "reading", { requests: number; seconds: number }>;
}

interface LambdaLimits extends PlatformLimits {
  /**
   * Bytes that one instance sends a minute before reading has to wait. What leaves AWS is billed by the gigabyte, and a model's
   * files are the only large thing that anyone may ask for.
   */
  sentAMinute: number;
}

const MEGA = 1_000_000;
const MIB = 1024 * 1024;

/** Feedback that one model gathers, unless its owner says otherwise: a year of thirty a day. */
export const feedbackMost = { photos: 10_000, bytes: 5_000 * MEGA };

/** Many tiny photos would keep a server busy as surely as a large one. */
export const PHOTOS_PER_REQUEST = 16;

/**
 * Measured in pixels a byte: photographs have 1 to 50, flat JPEGs 170, scans of black text on white (PNG, 1 bit) up to 350;
 * and 36 bytes of WebP can have 50 million, which take a second of processor.
 */
const emptiness = { pixels: 4 * MEGA, perByte: 500 };

/** A client that waits longer has mostly given up. */
const turnTime = 20_000;
const answerTime = 30_000;

/** A phone's line with one bar; the largest request on Node needs four times as much to come in its time. */
const slow = { bytesPerSecond: 128_000, milliseconds: 5_000 };

/** The platform ends what takes too long. */
const untimed = { patience: Number.POSITIVE_INFINITY, requestTime: Number.POSITIVE_INFINITY };

/** At most; `nodeLimitsOn` says what a machine bears. */
export const nodeLimits: NodeLimits = {
  photo: { bytes: 20 * MEGA, pixels: 50 * MEGA, memory: 512 * MEGA, emptiness },
  request: {
    // a server with threads works on as many as it has
    running: 1,
    waiting: 64,
    turnTime,
    answerTime,
    requestBytes: 64 * MEGA,
    bodies: 256 * MIB,
    reading: { bytes: 256 * MIB, milliseconds: 30_000 },
    slow,
    patience: 4_000,
    requestTime: 120_000,
  },
  linger: { bytes: 64 * MEGA, milliseconds: 10_000 },
  grace: 10_000,
  readings: 10,
};

/**
 * On a machine of so many bytes with so many threads: a quarter of the memory is for the photos that are decoded at once. A decoder's
 * memory is freed by the collector, which comes when the next photo's decoder already stands beside it, and the other half is
 * for models and all else. An eighth is for bodies, but always as much as one request may have.
 */
export const nodeLimitsOn = (memory: number, threads: number): NodeLimits => {
  const { photo, request } = nodeLimits;
  return {
    ...nodeLimits,
    photo: { ...photo, memory: Math.min(photo.memory, Math.floor(memory / 4 / threads)) },
    request: { ...request, bodies: Math.max(request.requestBytes, Math.min(request.bodies, Math.floor(memory / 8))) },
  };
};

/**
 * An isolate has 128 MB for everything, and 10 are left for the script and the request (`npm run size`). With onnxruntime-web
 * the engine and its model take up to 66, and a photo what remains. With the lean engine they take 12 of lite0, and a decoder
 * that the collector has not come to yet has room beside the next: two stand there at times, never three (workerd's resident
 * memory over eight photos of 41 MB, one after another: 314 MB, 355 at most).
 */
export const edgeLimits: EdgeLimits = {
  photo: { bytes: 10 * MEGA, pixels: 50 * MEGA, memory: 52 * MEGA, emptiness },
  request: {
    running: 1,
    waiting: 64,
    turnTime,
    answerTime,
    requestBytes: 20 * MEGA,
    bodies: 24 * MIB,
    reading: { bytes: 24 * MIB, milliseconds: 30_000 },
    slow,
    ...untimed,
  },
  // a cold start and the slowest photo take a fifth of it
  cpu: 10_000,
  // a page with its scripts and a model in parts is some twenty reads
  rate: { work: { requests: 100, seconds: 60 }, reading: { requests: 1_000, seconds: 60 } },
  // Lambda gives a request 30 s, a cold start included
  fallback: 30_000,
};

/**
 * A function gets one request at a time, and stands still between two. What waits in it are only photos of one that was given
 * up at its deadline.
 */
export const lambdaLimits: LambdaLimits = {
  // what comes by POST /uploads; the memory that a function has is known only there (functions/lambda/limits.ts)
  photo: nodeLimits.photo,
  // an event carries that much in base64
  request: {
    running: 1,
    waiting: 2,
    turnTime,
    answerTime,
    requestBytes: 4.5 * MEGA,
    bodies: 32 * MIB,
    reading: { bytes: 16 * MIB, milliseconds: 30_000 },
    slow,
    ...untimed,
  },
  // two or three first visits with a model that runs in the browser, whose files are then kept there
  sentAMinute: 32 * MIB,
};
