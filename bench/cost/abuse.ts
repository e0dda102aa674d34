/**
 * The worst month of a public URL that nobody defends: 31 days of requests as fast as the shipped limits let them through,
 * each kind of request by itself. Budget and alarms are taken to have told nobody.
 */
import { unstable_readConfig as readConfig } from "wrangler";
import { wranglerConfig } from "../../cli/wrangler.ts";
import { LISTING_HELD } from "../../functions/models/listing.ts";
import { lambdaSettings } from "../../functions/settings.ts";
import { edgeLimits, lambdaLimits } from "../../shared/limits.ts";
import { assumptions, LONGEST_MONTH_SECONDS } from "./assumptions.ts";
import { type Line, line, transfer } from "./bill.ts";
import { gbSeconds } from "./gb-seconds.ts";
import { measured } from "./measured.ts";

/** Executions at once: what a new account has, and what AWS gives others unasked. */
export const concurrencies = [10, 1_000] as const;

/** Requests a second of one execution. Source: docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
const REQUESTS_PER_EXECUTION = 10;

const GB = 2 ** 30;

/** Busy without a pause, in requests that each take what Lambda lets them: it is the time that is billed. */
export const lambdaComputing = (concurrency: number): Line[] => {
  const seconds = concurrency * LONGEST_MONTH_SECONDS;
  const requests = (seconds * 1000) / measured.lambda.native.ms;
  return [
    line("lambda.gbSecond", seconds * gbSeconds(1000, measured.lambda.memory)),
    ...asked(requests),
    ...transfer(requests * assumptions.answerGb),
  ];
};

const asked = (requests: number): Line[] => [
  line("lambda.request", requests),
  line("logs.gb", requests * assumptions.logGb),
  line("logs.gbMonth", requests * assumptions.logGb),
];

const mostRequests = (concurrency: number): number => concurrency * REQUESTS_PER_EXECUTION * LONGEST_MONTH_SECONDS;

/** How often instances list their bucket when all are asked `GET /models` without a pause. */
const listingsOf = (instances: number): number => (instances * LONGEST_MONTH_SECONDS * 1000) / LISTING_HELD;

/** `GET /models`. */
export const lambdaListing = (concurrency: number): Line[] => {
  const requests = mostRequests(concurrency);
  const listings = listingsOf(concurrency);
  return [
    line("lambda.gbSecond", requests * gbSeconds(1000 / REQUESTS_PER_EXECUTION, measured.lambda.memory)),
    ...asked(requests),
    line("s3.write", listings * assumptions.listing.lists),
    line("s3.read", listings * assumptions.listing.reads),
    ...transfer(requests * assumptions.answerGb),
  ];
};

/** A model's file, again and again: each instance sends its allowance, with one answer that goes beyond it, and 429 from then on. */
export const lambdaFiles = (concurrency: number): Line[] => {
  const requests = mostRequests(concurrency);
  const { answerBytes } = lambdaSettings("s3://models", measured.lambda.memory, {});
  const sentAMinute = concurrency * (lambdaLimits.sentAMinute + answerBytes);
  const answers = (concurrency * Math.ceil(lambdaLimits.sentAMinute / answerBytes) * LONGEST_MONTH_SECONDS) / 60;
  return [
    line("lambda.gbSecond", requests * gbSeconds(1000 / REQUESTS_PER_EXECUTION, measured.lambda.memory)),
    ...asked(requests),
    line("s3.read", answers * assumptions.fileReads),
    ...transfer((sentAMinute * LONGEST_MONTH_SECONDS) / 60 / GB),
  ];
};

/** The same, if an instance sent as much as it is asked for. */
export const lambdaFilesUnbounded = (concurrency: number): Line[] => {
  const requests = mostRequests(concurrency);
  const { answerBytes } = lambdaSettings("s3://models", measured.lambda.memory, {});
  return [
    line("lambda.gbSecond", requests * gbSeconds(1000 / REQUESTS_PER_EXECUTION, measured.lambda.memory)),
    ...asked(requests),
    line("s3.read", requests * assumptions.fileReads),
    ...transfer((requests * answerBytes) / GB),
  ];
};

/** `POST /uploads`, and one write by each URL that it gives out: none takes a second. */
export const lambdaUploads = (concurrency: number): Line[] => {
  const requests = mostRequests(concurrency);
  return [
    line("lambda.gbSecond", requests * gbSeconds(1000 / REQUESTS_PER_EXECUTION, measured.lambda.memory)),
    ...asked(requests),
    line("s3.write", requests),
    ...transfer(requests * assumptions.answerGb),
  ];
};

/** Gbit/s of whoever uploads. */
export const uplinks = [1, 10] as const;

const gbASecond = (gigabits: number): number => gigabits / 8;

/** What the bucket holds, once as much is deleted as comes. */
export const keptGb = (gigabits: number): number => gbASecond(gigabits) * assumptions.uploadsKeptDays * 24 * 3600;

/** Photos of the largest size, as fast as the line carries them. */
export const largeUploads = (gigabits: number): Line[] => {
  const uploads = (gbASecond(gigabits) * 1e9 * LONGEST_MONTH_SECONDS) / lambdaLimits.photo.bytes;
  return [
    line("lambda.gbSecond", uploads * gbSeconds(1000 / REQUESTS_PER_EXECUTION, measured.lambda.memory)),
    ...asked(uploads),
    line("s3.write", uploads),
    line("s3.gbMonth", keptGb(gigabits)),
  ];
};

const ratelimits: { name: string; simple: { limit: number; period: number } }[] = readConfig({
  config: wranglerConfig,
  env: "production",
}).ratelimits;
const aSecond = (name: string): number => {
  const { limit, period } = ratelimits.find((rate) => rate.name === name)!.simple;
  return limit / period;
};

/** Photos that one address may send to one of Cloudflare's locations within the month. */
export const photosOfAnAddress = aSecond("RATE") * LONGEST_MONTH_SECONDS;

/** How often it may read there in a second. */
const READINGS_A_SECOND = aSecond("READS");

/** @param milliseconds of each; the heaviest photo, or as long as wrangler.toml lets a request compute */
export const edgeComputing = (addresses: number, milliseconds: number): Line[] => [
  line("workers.request", addresses * photosOfAnAddress),
  line("workers.cpuMs", addresses * photosOfAnAddress * milliseconds),
];
export const heaviestPhoto = measured.edge.heavyMs;
export const longestRequest = edgeLimits.cpu;

/** A request that only reads takes about a millisecond. */
const READING_MS = 1;

const edgeReading = (addresses: number): Line[] => {
  const requests = addresses * READINGS_A_SECOND * LONGEST_MONTH_SECONDS;
  return [line("workers.request", requests), line("workers.cpuMs", requests * READING_MS)];
};

/** `GET /models`. */
export const edgeListing = (addresses: number): Line[] => {
  const listings = listingsOf(Math.ceil((addresses * READINGS_A_SECOND) / assumptions.requestsOfAnIsolate));
  return [
    ...edgeReading(addresses),
    line("r2.write", listings * assumptions.listing.lists),
    line("r2.read", listings * assumptions.listing.reads),
  ];
};

/** A model's file; what is sent is free. */
export const edgeFiles = (addresses: number): Line[] => [
  ...edgeReading(addresses),
  line("r2.read", addresses * READINGS_A_SECOND * LONGEST_MONTH_SECONDS * assumptions.fileReads),
];
