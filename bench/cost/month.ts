/** A month of serving: Lambda with either engine, the edge, and Rekognition Custom Labels for comparison. */
import { assumptions, HOURS_A_MONTH, type Volume } from "./assumptions.ts";
import { type Line, line, transfer } from "./bill.ts";
import { gbSeconds } from "./gb-seconds.ts";
import { measured } from "./measured.ts";

/** What stays while nobody asks anything. @param training whether trainings were deployed */
export const lambdaIdle = (training: boolean): Line[] => [
  line("s3.gbMonth", assumptions.modelsGb),
  line("alarms.month", assumptions.alarms),
  ...(training ? [line("ecr.gbMonth", assumptions.imagesGb)] : []),
];

export const lambdaMonth = (engine: "native" | "web", photos: Volume): Line[] => {
  const { memory, [engine]: of } = measured.lambda;
  const starts = photos * assumptions.starts[photos];
  const looks = photos * assumptions.looks.lambda[photos];
  const log = photos * assumptions.logGb;
  return [
    ...lambdaIdle(true),
    line("lambda.request", photos),
    line("lambda.gbSecond", photos * gbSeconds(of.ms, memory) + starts * gbSeconds(of.startMs, memory)),
    line("s3.read", starts * assumptions.startReads + looks * assumptions.look.reads),
    line("s3.write", looks * assumptions.look.lists),
    line("logs.gb", log),
    line("logs.gbMonth", log),
    line("metrics.month", assumptions.metrics),
    ...transfer(photos * assumptions.answerGb),
  ];
};

/** Workers Paid is needed: a photo takes more than the free plan's 10 ms. */
export const edgeIdle = (): Line[] => [line("workers.month", 1), line("r2.gbMonth", assumptions.modelsGb)];

export const edgeMonth = (photos: Volume): Line[] => {
  const starts = photos * assumptions.starts[photos];
  const looks = photos * assumptions.looks.edge[photos];
  return [
    ...edgeIdle(),
    line("workers.request", photos),
    line("workers.cpuMs", photos * measured.edge.ms + starts * measured.edge.startMs),
    line("r2.read", starts * assumptions.startReads + looks * assumptions.look.reads),
    line("r2.write", looks * assumptions.look.lists),
  ];
};

/** A model that answers at any time, as a URL does: one unit that never stops, and more where one cannot keep up. */
export const rekognitionMonth = (photos: number): Line[] => {
  const perUnit = assumptions.rekognitionPerSecond * 3600 * HOURS_A_MONTH;
  return [line("rekognition.inferenceHour", Math.max(1, Math.ceil(photos / perUnit)) * HOURS_A_MONTH)];
};

/** The same photos at one go, the model stopped before and after. */
export const rekognitionBatch = (photos: number): Line[] => [
  line("rekognition.inferenceHour", photos / (assumptions.rekognitionPerSecond * 3600)),
];
