/** Where the assets are, for the page and for the server. */

export const ASSETS = "/assets/";

/** The only asset whose name stays when it changes: the page starts it. */
export const ENTRY = "local.js";

export const ENTRY_URL = ASSETS + ENTRY;
