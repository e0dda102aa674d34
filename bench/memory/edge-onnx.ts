/** The Worker that runs plans and ONNX files alike, under a lens. */
import worker from "../../functions/edge-onnx.ts";
import { watched } from "./watched.ts";

export default watched(worker);
