/** Which version answers a request while a candidate is tried: the same for the same `x-request-id`, on every instance. */
import { sha256 } from "../../shared/hash.ts";
import type { Pointer } from "../../shared/manifest.ts";

/** 0 up to, not including, 1: a request whose draw is below the candidate's share is the candidate's. */
export const drawOf = async (requestId: string): Promise<number> =>
  Number.parseInt((await sha256(new TextEncoder().encode(requestId))).slice(0, 8), 16) / 2 ** 32;

/** What may answer, by a pointer; undefined for none. */
export type Choose = (pointer: Pointer) => string | undefined;

export const theVersion: Choose = ({ version }) => version;
export const theCandidate: Choose = ({ candidate }) => candidate?.version;

/**
 * Where one version at a time has room, the instance draws: once for a candidate and its share, so that it stays with what
 * it has loaded.
 */
export const drawnOnce = (random: () => number = Math.random): Choose => {
  let drawn: { of: string; isCandidate: boolean } | undefined;
  return ({ version, candidate }) => {
    if (!candidate) return version;
    const of = `${candidate.version} ${candidate.share}`;
    if (drawn?.of !== of) drawn = { of, isCandidate: random() < candidate.share };
    return drawn.isCandidate ? candidate.version : version;
  };
};
