/**
 * What a request may cost, on each platform, all on this page. Everything here is looked at before work begins or while it goes
 * on. Cloudflare enforces two of the Worker's itself and reads them from wrangler.toml; a test holds that file to this one.
 */
import type { Limits } from "./pixels/limits.ts";

export interface RequestLimits {
  /** How many photos are worked on at once, and how many wait beyond those; then 503. */
  running: number;
  waiting: number;
  /** Bytes of the photos of one request. */
  requestBytes: number;
  /** Bytes of request bodies held at once; then 503. */
  bodies: number;
  /** Milliseconds one photo may take in a worker thread, on Node; a Worker has its CPU limit, Lambda its timeout. */
  patience: number;
  /** Milliseconds in which a whole request must have come, on Node. */
  requestTime: number;
}

interface PlatformLimits {
  photo: Limits;
  request: RequestLimits;
}

interface NodeLimits extends PlatformLimits {
  /** How much of a refused body is read on before its connection is cut. */
  linger: { bytes: number; milliseconds: number };
}

interface EdgeLimits extends PlatformLimits {
  /** Milliseconds of processor a request. */
  cpu: number;
  /** POSTs of one address, in each of Cloudflare's locations. */
  rate: { requests: number; seconds: number };
}

const MEGA = 1_000_000;
const MIB = 1024 * 1024;

/** Many tiny photos would keep a server busy as surely as a large one. */
export const PHOTOS_PER_REQUEST = 16;

/** The platform ends what takes too long. */
const untimed = { patience: Number.POSITIVE_INFINITY, requestTime: Number.POSITIVE_INFINITY };

export const nodeLimits: NodeLimits = {
  photo: { bytes: 20 * MEGA, pixels: 50 * MEGA, memory: 512 * MEGA },
  request: {
    // a server with threads works on as many as it has
    running: 1,
    waiting: 64,
    requestBytes: 64 * MEGA,
    bodies: 256 * MIB,
    patience: 4_000,
    requestTime: 120_000,
  },
  linger: { bytes: 64 * MEGA, milliseconds: 10_000 },
};

/**
 * An isolate has 128 MB for everything; the engine with its model takes 66 of them and 10 are left for the script and the
 * request.
 */
export const edgeLimits: EdgeLimits = {
  photo: { bytes: 10 * MEGA, pixels: 50 * MEGA, memory: 52 * MEGA },
  request: { running: 1, waiting: 64, requestBytes: 20 * MEGA, bodies: 24 * MIB, ...untimed },
  // a cold start and the slowest photo take a fifth of it
  cpu: 10_000,
  rate: { requests: 100, seconds: 60 },
};

/**
 * A function gets one request at a time, and stands still between two. What waits in it are only photos of one that was given
 * up at its deadline.
 */
export const lambdaLimits: PlatformLimits = {
  // what comes by POST /uploads; the memory that a function has is known only there (functions/lambda/limits.ts)
  photo: nodeLimits.photo,
  // an event carries that much in base64
  request: { running: 1, waiting: 2, requestBytes: 4.5 * MEGA, bodies: 32 * MIB, ...untimed },
};
