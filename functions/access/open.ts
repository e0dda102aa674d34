/** Access as the settings say it: by key, or undefined where anyone may ask. */
import type { ModelParts } from "../models/parts.ts";
import { type Access, createAccess } from "./access.ts";

export const openAccess = ({
  store,
  clock,
  log,
  settings: { access, keyRefresh, storeTime, fallbackToken },
}: Pick<ModelParts, "store" | "clock" | "log" | "settings">): Access | undefined =>
  access === "key" ? createAccess({ store, clock, log, refresh: keyRefresh, storeTime, fallbackToken }) : undefined;
