/** The Worker that runs models with a plan alone, under a lens. */
import worker from "../../functions/edge.ts";
import { watched } from "./watched.ts";

export default watched(worker);
