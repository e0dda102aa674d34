/** Ports that nobody listens on now, for servers that cannot choose one themselves. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** `count` different ones; taken all at once, so that they differ, and given back at once. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
