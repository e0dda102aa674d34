/** Which engine and how much memory a deploy gets by default: the measured better. `test/bench/lambda.test.ts` holds sst.config.ts to it. */
import { MB_PER_CORE, memorySizes } from "../../functions/lambda/memory-sizes.ts";
import { line, sum } from "../cost/bill.ts";
import { gbSeconds } from "../cost/gb-seconds.ts";
import { type EngineName, engines, type Measured, type Row, rowOf } from "./schema.ts";

const MILLION = 1_000_000;

/**
 * Dollars of a million warm answers at list price: processor time, since who else was at work on the machine is not billed,
 * stretched by the function's share of a processor.
 */
export const millionAnswers = ({ cpu, memory }: Pick<Row, "cpu" | "memory">): number => {
  const billed = cpu / Math.min(1, memory / MB_PER_CORE);
  return sum([line("lambda.request", MILLION), line("lambda.gbSecond", MILLION * gbSeconds(billed, memory))]).list;
};

/** How much longer an answer may take than with the most memory. */
const PATIENCE = 1.2;

const least = <Item>(items: readonly Item[], of: (item: Item) => number): Item =>
  items.reduce((best, item) => (of(item) < of(best) ? item : best));

/** Least memory with which an answer hardly waits for the processor, and there the engine that costs least. */
export const choose = (measured: Measured): { engine: EngineName; memory: number } => {
  const warm = (memory: number): number => Math.min(...engines.map((engine) => rowOf(measured, engine, memory).warm));
  const fastest = Math.min(...memorySizes.map(warm));
  const memory = memorySizes.find((size) => warm(size) <= PATIENCE * fastest)!;
  return { engine: least(engines, (engine) => millionAnswers(rowOf(measured, engine, memory))), memory };
};
