/** STS and Service Quotas: who asks, and how many vCPUs of GPU machines the account may have. */
import { FakeError, type Operations } from "./server.ts";

export interface Quotas {
  /** By quota code. */
  values: Record<string, number>;
  operations: Operations;
}

export const createFakeQuotas = (): Quotas => {
  const values: Record<string, number> = { "L-DB2E81BA": 8, "L-3819A6DF": 8 };
  return {
    values,
    operations: {
      GetServiceQuota({ ServiceCode, QuotaCode }) {
        const Value = values[String(QuotaCode)];
        if (ServiceCode !== "ec2" || Value === undefined)
          throw new FakeError(
            "NoSuchResourceException",
            "The request failed because the specified quota does not exist.",
          );
        return { Quota: { ServiceCode, QuotaCode, Value } };
      },
      GetCallerIdentity: () => undefined,
    },
  };
};

export const identityXml = (): string =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
  `<Arn>arn:aws:iam::123456789012:user/owner</Arn><UserId>AIDA</UserId><Account>123456789012</Account>` +
  `</GetCallerIdentityResult></GetCallerIdentityResponse>`;
