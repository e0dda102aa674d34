/** How much memory a function may have, in MB. */

/** The settings that are measured, tested and on offer. */
export const memorySizes = [512, 1024, 1769, 3008] as const;

/** A function's share of the processor grows with its memory; with this much it has a core. Source: docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const MB_PER_CORE = 1769;
