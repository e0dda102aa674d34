/** docs/cost.md: prose by hand, and tables that are computed. */
import { fillBlocks } from "../filled-blocks.ts";
import { tables } from "./tables.ts";

/**
 * The same document with every table computed anew.
 * @throws Error naming a table that it asks for and that does not exist, or that exists and is not shown
 */
export const recompute = (text: string): string => fillBlocks(text, { document: "docs/cost.md", kind: "cost", tables });
