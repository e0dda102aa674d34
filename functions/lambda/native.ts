/** The entry on Lambda with onnxruntime-node, whose library for the function's processor lies beside the bundle. */
import { createNativeEngine } from "../../shared/engine/native.ts";
import { startLambda } from "./start.ts";

export const handler = await startLambda(await createNativeEngine());
