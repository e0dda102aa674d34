/** The sha256 in a plan's header: of all that lies behind it. */
import { hashedFrom } from "./format.ts";
import { refuse } from "./refusal.ts";

const digestAt = 8;
const digestBytes = 32;

const digestOf = async (plan: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", plan.subarray(hashedFrom) as Uint8Array<ArrayBuffer>));

/** Writes it. */
export const seal = async (plan: Uint8Array): Promise<void> => plan.set(await digestOf(plan), digestAt);

/** @throws PlanRefusedError when it is another's: the file was damaged on its way */
export const checkDigest = async (plan: Uint8Array): Promise<void> => {
  const stored = plan.subarray(digestAt, digestAt + digestBytes);
  const found = await digestOf(plan);
  if (stored.length < digestBytes || found.some((byte, i) => byte !== stored[i]))
    refuse("its bytes do not match its sha256");
};
