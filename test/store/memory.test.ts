import { describeStore } from "./conformance.ts";
import { createMemoryStore } from "./memory.ts";

describeStore("the tests' memory store", async () => createMemoryStore());
