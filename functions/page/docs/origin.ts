/** Stands in samples for the server's own address, which the page's script puts there. */
export const ORIGIN = "https://your.server";
