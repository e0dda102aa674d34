/** What `npm run bench:lambda` measured last. The tables of docs/lambda.md, docs/cost.md and README.md rest on it. */
import json from "./measured.json" with { type: "json" };
import { measuredSchema } from "./schema.ts";

export const measured = measuredSchema.parse(json);
