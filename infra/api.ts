/**
 * The classify URL: a public function that reads models, and keeps uploads that are too big for a request for the moment
 * they take to classify. It can publish nothing, start nothing and see no photo of anyone's.
 */
import type { Buckets } from "./buckets.ts";
import { createFront } from "./front.ts";
import { createFunction } from "./function.ts";
import { listObjects, readObjects, type Statement } from "./policy.ts";
import type { Settings } from "./settings.ts";

/** @param fallbackToken by which the Worker is known, where access is by key */
export const createApi = (
  { models, photoBucket, store, photos }: Buckets,
  fallbackToken: $util.Output<string> | undefined,
  settings: Settings,
) => {
  const mayFeedback: Statement[] = settings.feedback
    ? [
        { actions: ["s3:PutObject"], resources: [$interpolate`${photoBucket.arn}/feedback/*`] },
        // to know when there is enough of it
        listObjects(photoBucket.arn, "feedback"),
      ]
    : [];
  const mayCheckKeys: Statement[] =
    settings.access === "key"
      ? [
          ...readObjects(models.arn, "keys", "usage"),
          { actions: ["s3:PutObject"], resources: [$interpolate`${models.arn}/usage/*`] },
        ]
      : [];
  const front = createFront(settings);
  const api = createFunction(
    "Api",
    {
      bundle: settings.engine,
      memory: settings.memory,
      concurrency: settings.concurrency,
      environment: {
        WHIPPET_STORE: store,
        WHIPPET_PHOTOS: photos,
        WHIPPET_MODEL: settings.model ?? "",
        WHIPPET_ACCESS: settings.access,
        ...(fallbackToken && { WHIPPET_FALLBACK_TOKEN: fallbackToken }),
        WHIPPET_FEEDBACK: settings.feedback ? "1" : "",
        WHIPPET_CORS: (settings.origins ?? []).join(","),
      },
      statements: [
        ...readObjects(models.arn, "models"),
        {
          actions: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
          resources: [$interpolate`${photoBucket.arn}/uploads/*`],
        },
        ...mayFeedback,
        ...mayCheckKeys,
      ],
      // the app answers pages of other origins itself, by WHIPPET_CORS; SST's default would let every page call
      url: { cors: false, ...(front && { router: { instance: front } }) },
    },
    settings,
  );
  return { function: api, url: api.url.apply((url) => (url.endsWith("/") ? url : `${url}/`)) };
};
