/** The tables of docs/cost.md, by name. */
import * as abuse from "./abuse.ts";
import { type Volume, volumes } from "./assumptions.ts";
import { type Line, sum } from "./bill.ts";
import { billTable, dollars, markdownTable, quantity, unitPrice } from "./markdown.ts";
import { measured } from "./measured.ts";
import { edgeIdle, edgeMonth, lambdaIdle, lambdaMonth, rekognitionBatch, rekognitionMonth } from "./month.ts";
import { priceTable } from "./prices.ts";
import { imageBuild, rekognitionTraining, trainingBill, trainingSeconds } from "./training.ts";

const paid = (lines: readonly Line[]): string => dollars(sum(lines).paid);
const list = (lines: readonly Line[]): string => dollars(sum(lines).list);

const months = (of: typeof paid): string => {
  const row = (photos: Volume): string[] => [
    quantity(photos),
    of(lambdaMonth("native", photos)),
    of(lambdaMonth("web", photos)),
    of(edgeMonth(photos)),
    of(rekognitionMonth(photos)),
    of(rekognitionBatch(photos)),
  ];
  return markdownTable(
    ["photos a month", "Lambda, native", "Lambda, web", "edge", "Rekognition, always there", "Rekognition, one batch"],
    [
      ["none", of(lambdaIdle(true)), of(lambdaIdle(true)), of(edgeIdle()), of(rekognitionMonth(0)), dollars(0)],
      ...volumes.map(row),
    ],
  );
};

const training = (): string => {
  const photos = 10_000;
  const { working, billed } = trainingSeconds(photos);
  const minutes = (seconds: number): string => `${quantity(seconds / 60)} min`;
  const { least, most } = rekognitionTraining();
  return markdownTable(
    ["one training of 10,000 photos", "works", "billed", "paid"],
    [
      ["g4dn.xlarge on Spot", minutes(working), minutes(billed), paid(trainingBill(photos, "ec2.spot"))],
      ["the same on demand", minutes(working), minutes(billed), paid(trainingBill(photos, "ec2.onDemand"))],
      ["both images built by CodeBuild, where there is no docker", "", "", paid(imageBuild())],
      ["Rekognition Custom Labels", "", "30 min to 24 h", `${paid(least)} to ${paid(most)}`],
    ],
  );
};

const worstMonths = (): string => {
  const [few, many] = abuse.concurrencies;
  const lambda = (bill: (concurrency: number) => Line[]): string[] => [paid(bill(few)), paid(bill(many))];
  return markdownTable(
    ["Lambda, asked without a pause for 31 days", `${few} at once`, `${quantity(many)} at once`],
    [
      ["photos to classify", ...lambda(abuse.lambdaComputing)],
      ["the list of models", ...lambda(abuse.lambdaListing)],
      ["a model's files", ...lambda(abuse.lambdaFiles)],
      ["a model's files, were there no allowance", ...lambda(abuse.lambdaFilesUnbounded)],
      ["uploads of a byte", ...lambda(abuse.lambdaUploads)],
    ],
  );
};

const worstUploads = (): string =>
  markdownTable(
    [
      "uploads of 20 MB without a pause for 31 days",
      ...abuse.uplinks.map((gigabits) => `by a line of ${gigabits} Gbit/s`),
    ],
    [
      [
        "kept in the bucket at any time",
        ...abuse.uplinks.map((gigabits) => `${quantity(abuse.keptGb(gigabits) / 1000)} TB`),
      ],
      ["paid", ...abuse.uplinks.map((gigabits) => paid(abuse.largeUploads(gigabits)))],
    ],
  );

const worstMonthsAtTheEdge = (): string => {
  const addresses = [1, 1_000] as const;
  const computing = (milliseconds: number): string[] =>
    addresses.map((count) => paid(abuse.edgeComputing(count, milliseconds)));
  const reading = (bill: (addresses: number) => Line[]): string[] => addresses.map((count) => paid(bill(count)));
  return markdownTable(
    ["edge, asked without a pause for 31 days", "by one address", "by a thousand"],
    [
      ["the heaviest photos", ...computing(abuse.heaviestPhoto)],
      ["requests that computed for as long as `cpu_ms` lets them", ...computing(abuse.longestRequest)],
      ["the list of models", ...reading(abuse.edgeListing)],
      ["a model's files", ...reading(abuse.edgeFiles)],
    ],
  );
};

const figures = (): string => {
  const { lambda, edge } = measured;
  const { featuresMs, headMs, otherSeconds } = measured.training;
  return markdownTable(
    ["", "one photo", "a start with its model"],
    [
      [`Lambda, native, ${lambda.memory} MB`, `${lambda.native.ms} ms`, `${lambda.native.startMs} ms`],
      [`Lambda, web, ${lambda.memory} MB`, `${lambda.web.ms} ms`, `${lambda.web.startMs} ms`],
      ["edge", `${edge.ms} ms; ${edge.heavyMs} ms for the heaviest`, `${edge.startMs} ms`],
      ["training, two cores", `${featuresMs} ms for features, ${headMs} ms for the head`, `${otherSeconds} s in all`],
    ],
  );
};

const evidence = {
  copy: "read in a stored copy of the page",
  quoted: "quoted from the page by others",
  memory: "from memory, not checked",
} as const;

const prices = (): string =>
  markdownTable(
    ["name", "price", "of one", "free a month", "source", "true on", "how we know"],
    Object.entries(priceTable.prices).map(([name, price]) => [
      `\`${name}\``,
      unitPrice(price),
      price.unit,
      price.free === undefined ? "" : quantity(price.free),
      `[page](${price.source})`,
      price.asOf,
      price.via === undefined ? evidence[price.evidence] : `quoted from the page [by others](${price.via})`,
    ]),
  );

const MOST: Volume = 10_000_000;

export const tables: Record<string, () => string> = {
  months: () => months(paid),
  "list-months": () => months(list),
  "lambda-native": () => billTable(lambdaMonth("native", MOST)),
  "lambda-web": () => billTable(lambdaMonth("web", MOST)),
  edge: () => billTable(edgeMonth(MOST)),
  training,
  "training-bill": () => billTable(trainingBill(10_000, "ec2.spot")),
  "worst-lambda": worstMonths,
  "worst-uploads": worstUploads,
  "worst-edge": worstMonthsAtTheEdge,
  measured: figures,
  prices,
};
