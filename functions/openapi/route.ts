/** `GET /openapi.json`: the document of the routes that this server has, made at the first request. */
import type { Handler } from "hono";
import { answerUnlessKnown, etagOf } from "../http/etag.ts";
import type { Owner } from "../owner/owner.ts";
import { createDocument } from "./document.ts";
import { feedbackOperations, feedbackOwnerOperations } from "./feedback-operations.ts";
import type { Operation } from "./operation.ts";
import { metricsOperations, publicOperations, uploadOperations } from "./operations.ts";
import { ownerOperations, trainingOperations } from "./owner-operations.ts";

/** What decides which routes there are. */
export interface Offered {
  owner?: Owner | undefined;
  uploads?: unknown;
  metrics?: unknown;
  access?: unknown;
  feedback?: unknown;
}

export const operationsOf = ({ owner, uploads, metrics, feedback }: Offered): readonly Operation[] => [
  ...publicOperations,
  ...(metrics ? metricsOperations : []),
  ...(uploads ? uploadOperations : []),
  ...(feedback ? feedbackOperations : []),
  ...(feedback && owner ? feedbackOwnerOperations : []),
  ...(owner ? ownerOperations : []),
  ...(owner?.trainings ? trainingOperations : []),
];

export const documentOf = (offered: Offered) => createDocument(operationsOf(offered), offered.access !== undefined);

export const openapiRoute = (offered: Offered): Handler => {
  const make = async () => {
    const body = JSON.stringify(documentOf(offered));
    return { body, etag: await etagOf(body), contentType: "application/json" };
  };
  let made: ReturnType<typeof make> | undefined;
  return async (c) => answerUnlessKnown(c, await (made ??= make()));
};
