/** A piece of a page. What `html` of hono/html is given as text is escaped; another piece is taken as it is. */
import type { html } from "hono/html";

export type Markup = ReturnType<typeof html> | "";
