/** Options that several commands share, and the form of their examples. */
import { InvalidArgumentError, Option } from "commander";
import { DEFAULT_STORE } from "./context.ts";

export const storeOption = (
  description = `where models are published: file:<folder> or s3://<bucket> (default: $WHIPPET_STORE or ${DEFAULT_STORE})`,
): Option => new Option("--store <url>", description);

export const jsonOption = (): Option => new Option("--json", "data for scripts on stdout, a JSON value a line");

export const viaOption = (): Option =>
  new Option("--via <url>", "through a deployed Whippet's owner routes, with $WHIPPET_TOKEN, not AWS credentials");

export const keyOption = (): Option =>
  new Option(
    "--key <key>",
    "where a server answers to keys alone; better by the environment, which no list of processes shows",
  ).env("WHIPPET_KEY");

export const modelOption = (): Option =>
  new Option("--model <name>", "which model answers (default: the one promoted last)").env("WHIPPET_MODEL");

export const engineOption = (): Option =>
  new Option("--engine <engine>", "what runs the model; auto is native where onnxruntime-node is installed")
    .choices(["auto", "native", "web"])
    .default("auto")
    .env("WHIPPET_ENGINE");

/** The examples at the end of a command's help. */
export const example = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  npx ${line}`).join("\n")}`;

/** Parses a number between two bounds, for an option's value. */
export const numberBetween =
  (low: number, high: number, whole = false) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`It must be a ${whole ? "whole " : ""}number from ${low} to ${high}.`);
    return value;
  };
