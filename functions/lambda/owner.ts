/**
 * The owner's function on Lambda: promotion, rollback, trainings and feedback, with rights that the public function must not have.
 * It classifies nothing, so it carries neither engine nor decoders.
 */
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { systemClock } from "../../shared/classifier/clock.ts";
import { openStore } from "../../shared/store/open.ts";
import { createBudget } from "../body/budget.ts";
import { mountFeedbackOwner } from "../feedback/owner-routes.ts";
import { answerProblems } from "../http/problems.ts";
import { logRequests, type Variables } from "../http/requests.ts";
import { readOwner } from "../owner/from-environment.ts";
import { mountOwner } from "../owner/routes.ts";
import { lambdaSettings, readVariables } from "../settings.ts";
import { createAllowance } from "./allowance.ts";
import { lambdaLog, readEnvironment } from "./environment.ts";
import { createHandler } from "./handler.ts";

const environment = readEnvironment(process.env);
const log = lambdaLog(environment);
const store = openStore(environment.store);
const owner = await readOwner(process.env, store.url);
const { photos, memory } = environment;
const chosen = readVariables(process.env);
const limits = lambdaSettings(store.url, memory, chosen);

const app = new Hono<{ Variables: Variables }>();
app.use(requestId());
app.use(logRequests({ log, clock: systemClock }));
app.get("/healthz", (c) => c.json({ alive: true }));
if (owner) {
  mountOwner(app, { owner, store, budget: createBudget(limits, systemClock) });
  if (chosen.feedback && photos) mountFeedbackOwner(app, { feedback: openStore(photos), token: owner.token });
}
answerProblems(app, log);

export const handler = createHandler(app.fetch, log, createAllowance(systemClock));
