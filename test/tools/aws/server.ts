/**
 * AWS's control plane as a real HTTP server, for the SDK's own clients: Batch, ECS, CloudWatch Logs, STS, IAM and Service Quotas
 * as far as trainings and `doctor` use them. A job that is submitted really starts a process. S3 is not here: SeaweedFS is.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createFakeIdentity, createFakeQuotas, type Identity, type Quotas } from "./account.ts";
import { createFakeBatch, type FakeBatch } from "./batch.ts";
import { createFakeEcs, type FakeEcs } from "./ecs.ts";
import { createFakeLogs, type FakeLogs } from "./logs.ts";
import type { Run } from "./machine.ts";

/** What an operation throws to be answered as AWS answers errors. */
export class FakeError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export type Operations = Record<string, (input: Record<string, unknown>) => unknown>;

const REGION = "eu-central-1";

export interface FakeAws {
  /** For the SDK, in the environment of whoever shall use it. */
  environment: Record<string, string>;
  batch: FakeBatch;
  ecs: FakeEcs;
  logs: FakeLogs;
  quotas: Quotas;
  identity: Identity;
  /** Every operation asked for, in order: `SubmitJob`. */
  asked: string[];
  /** Calls of `operation` are answered with an error from now on: all of them, or those whose input is such. */
  refuse(operation: string, error: FakeError, when?: (input: Record<string, unknown>) => boolean): void;
  /** The next call of `operation` is carried out, and its answer lost. */
  loseAnswer(operation: string): void;
  stop(): Promise<void>;
}

/** @param accessKeyId the only one that it knows */
export const startFakeAws = async (run: Run, accessKeyId = "AKIDFAKE"): Promise<FakeAws> => {
  const logs = createFakeLogs();
  const batch = createFakeBatch({ run, write: logs.write });
  const ecs = createFakeEcs({ run, write: logs.write });
  const quotas = createFakeQuotas();
  const identity = createFakeIdentity();
  const operations: Operations = Object.assign(
    {},
    ...[batch, ecs, logs, quotas, identity].map((one) => one.operations),
  );
  const refusals = new Map<string, { error: FakeError; when: (input: Record<string, unknown>) => boolean }>();
  const lost = new Set<string>();
  const asked: string[] = [];

  const answer = (operation: string, input: Record<string, unknown>, authorization: string | undefined): unknown => {
    asked.push(operation);
    if (!authorization?.includes(`Credential=${accessKeyId}/`))
      throw new FakeError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
    const refusal = refusals.get(operation);
    if (refusal?.when(input)) throw refusal.error;
    const known = operations[operation];
    if (!known) throw new FakeError("UnknownOperationException", operation);
    return known(input);
  };

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const { operation, input, protocol } = operationOf(request, body);
    try {
      const output = answer(operation, input, request.headers.authorization);
      if (lost.delete(operation)) return void request.socket.destroy();
      if (protocol === "query") send(response, 200, String(output), "text/xml");
      else send(response, 200, JSON.stringify(output ?? {}), "application/json");
    } catch (error) {
      if (!(error instanceof FakeError)) return send(response, 500, String(error), "text/plain");
      sendError(response, protocol, error);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    environment: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: "any, since signatures are not checked",
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_BATCH: endpoint,
      AWS_ENDPOINT_URL_ECS: endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
      AWS_ENDPOINT_URL_STS: endpoint,
      AWS_ENDPOINT_URL_IAM: endpoint,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: endpoint,
    },
    batch,
    ecs,
    logs,
    quotas,
    identity,
    asked,
    refuse: (operation, error, when = () => true) => void refusals.set(operation, { error, when }),
    loseAnswer: (operation) => void lost.add(operation),
    async stop() {
      await Promise.all([batch.stop(), ecs.stop()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
};

type Protocol = "rest" | "json" | "query";

/** Batch names its operation in the path, ECS and the others in a header, STS in the form that it is sent. */
const operationOf = (
  { headers, url = "" }: IncomingMessage,
  body: string,
): { operation: string; input: Record<string, unknown>; protocol: Protocol } => {
  const target = headers["x-amz-target"];
  if (typeof target === "string")
    return { operation: target.slice(target.lastIndexOf(".") + 1), input: JSON.parse(body || "{}"), protocol: "json" };
  const rest = /^\/v1\/(\w+)$/.exec(url)?.[1];
  if (rest) return { operation: restNames[rest] ?? rest, input: JSON.parse(body || "{}"), protocol: "rest" };
  const input = Object.fromEntries(new URLSearchParams(body));
  return { operation: input.Action ?? "unknown", input, protocol: "query" };
};

const restNames: Record<string, string> = {
  submitjob: "SubmitJob",
  describejobs: "DescribeJobs",
  listjobs: "ListJobs",
  terminatejob: "TerminateJob",
  describejobqueues: "DescribeJobQueues",
  describecomputeenvironments: "DescribeComputeEnvironments",
};

const send = (response: ServerResponse, status: number, body: string, type: string, headers = {}): void => {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
};

const sendError = (response: ServerResponse, protocol: Protocol, { type, message, status }: FakeError): void => {
  const xml = `<ErrorResponse><Error><Code>${type}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  if (protocol === "query") send(response, status, xml, "text/xml");
  else
    send(response, status, JSON.stringify({ __type: type, message }), "application/json", { "x-amzn-errortype": type });
};
