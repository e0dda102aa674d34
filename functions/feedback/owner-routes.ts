/** What the owner may do with feedback: see what was sent, and delete it. */
import type { Hono } from "hono";
import { feedbackKey, feedbackPrefix, isFeedbackFile, parseFeedbackKey } from "../../shared/feedback.ts";
import { Problem } from "../../shared/problem.ts";
import { isKey } from "../../shared/store/key.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Variables } from "../http/requests.ts";
import { ownerOnly } from "../owner/routes.ts";

interface ListedFeedback {
  label: string;
  /** `SHA256.EXT` */
  file: string;
  bytes: number;
  received: string;
}

/** The oldest first. */
const listFeedback = async (store: Store, name: string): Promise<ListedFeedback[]> =>
  (await store.list(feedbackPrefix(name)))
    .flatMap(({ key, bytes, modified }) => {
      const parsed = parseFeedbackKey(key);
      return parsed ? [{ label: parsed.label, file: parsed.file, bytes, received: modified.toISOString() }] : [];
    })
    .sort((a, b) => (a.received < b.received ? -1 : 1));

export const mountFeedbackOwner = (
  app: Hono<{ Variables: Variables }>,
  { feedback, token }: { feedback: Store; token: string },
): void => {
  const only = ownerOnly(token);

  app.get("/models/:name/feedback", only, async (c) =>
    c.json({ feedback: await listFeedback(feedback, c.req.param("name")) }),
  );

  app.delete("/models/:name/feedback/:label/:file", only, async (c) => {
    const { name, label, file } = c.req.param();
    const key = feedbackKey(name, label, file);
    if (!isFeedbackFile(file) || !isKey(key) || !(await feedback.getPart(key, 0, 0)))
      throw new Problem(404, `there is no such photo; GET /models/${name}/feedback lists those that are kept`);
    await feedback.remove([key]);
    return c.body(null, 204);
  });
};
