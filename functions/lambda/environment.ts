/** What Lambda and the deploy tell a function, and how it writes its log. */
import { z } from "zod";
import { jsonLog, type Log } from "../log.ts";
import { nameInvocation } from "./invocation.ts";
import { embedMetrics } from "./metrics.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

const schema = z.object({
  WHIPPET_STORE: z.string("must be the store that models are published in, such as s3://BUCKET"),
  /** The photo bucket; without it there are no uploads. */
  WHIPPET_PHOTOS: z.string().optional(),
  AWS_LAMBDA_FUNCTION_NAME: z.string().default("whippet"),
  /** In MB, by which AWS means MiB. */
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number("must be the function's memory in MB").int().positive(),
});

export interface LambdaEnvironment {
  store: string;
  photos: string | undefined;
  functionName: string;
  /** MiB. */
  memory: number;
}

/** @throws Error naming the variable and what it must be */
export const readEnvironment = (variables: Variables): LambdaEnvironment => {
  const parsed = schema.safeParse(variables);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("\n"));
  const { WHIPPET_STORE, WHIPPET_PHOTOS, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = parsed.data;
  return {
    store: WHIPPET_STORE,
    photos: WHIPPET_PHOTOS || undefined,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    memory: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  };
};

/** Straight to stdout: the runtime's `console` would put its own words before each line. */
export const lambdaLog = ({ functionName }: LambdaEnvironment): Log =>
  nameInvocation(
    embedMetrics(
      jsonLog((line) => process.stdout.write(`${line}\n`)),
      functionName,
    ),
  );
