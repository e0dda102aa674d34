/** Changes to a model on a store that goes wrong at any operation; test/long/registry has a folder and R2. */
import { faults } from "../store/faulty.ts";
import { createMemoryStore } from "../store/memory.ts";
import { describeFaults } from "./every-fault.ts";

describeFaults("in memory", async () => createMemoryStore(), faults);
