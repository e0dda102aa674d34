/** What an app is made of. What is left out decides which routes there are. */
import type { Store } from "../shared/store/store.ts";
import type { Access } from "./access/access.ts";
import type { PassOn } from "./edge/pass-on.ts";
import type { Origins } from "./http/cors.ts";
import type { Rate } from "./http/rate.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Models } from "./models/cache.ts";
import type { ModelParts } from "./models/parts.ts";
import type { Owner } from "./owner/owner.ts";
import type { Assets } from "./page/assets/assets.ts";
import type { Uploads } from "./uploads/uploads.ts";

export interface AppParts extends ModelParts {
  models: Models;
  /** Whose token opens the owner's routes; without it they do not exist. */
  owner?: Owner | undefined;
  /** Where photos go that are too large for a request; without it there are no uploads. */
  uploads?: Uploads | undefined;
  /** Where photos are kept that someone puts right; without it nobody can. */
  feedback?: Store | undefined;
  /** Whom photos are classified for; without it anyone. */
  access?: Pick<Access, "admit"> | undefined;
  /** How often one caller may ask for work; without it, as often as they like. */
  rate?: Rate | undefined;
  /** Answers for models that cannot run here; without it every model does. */
  passOn?: PassOn | undefined;
  /** Pages of which other origins may call; without it none may. */
  origins?: Origins | undefined;
  /** What `GET /metrics` answers; without it there is no such route. */
  metrics?: Metrics | undefined;
  /** What a browser runs models with; without it none does. `platform`: requests for them never come here. */
  assets?: Assets | "platform" | undefined;
}
