/** What serving models needs, passed in so that each platform brings its own and a test another. */
import type { Clock } from "../../shared/classifier/clock.ts";
import type { Engine } from "../../shared/engine/engine.ts";
import type { Codecs } from "../../shared/pixels/codecs.ts";
import type { Limits } from "../../shared/pixels/limits.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Log } from "../log.ts";
import type { Settings } from "../settings.ts";
import type { Threads } from "../threads/threads.ts";

export interface ModelParts {
  store: Store;
  engine: Engine;
  codecs: Codecs;
  limits: Limits;
  settings: Settings;
  clock: Clock;
  log: Log;
  /** Runs models elsewhere than on the thread that asks. */
  threads?: Threads | undefined;
}
