/** CloudFront before the classify URL: a domain, AWS WAF's rate rule. Off unless a stage asks for it. */
import type { Settings } from "./settings.ts";

/**
 * The function's own URL goes on to answer beside it. CloudFront could sign its requests, but then a client would have to
 * send the SHA-256 of every body it posts, which curl and browsers' forms do not.
 */
export const createFront = ({ cloudfront }: Settings): sst.aws.Router | undefined => {
  if (!cloudfront) return undefined;
  const { domain, requestsPerFiveMinutes } = cloudfront;
  return new sst.aws.Router("Front", {
    ...(domain !== undefined && { domain }),
    ...(requestsPerFiveMinutes !== undefined && {
      waf: {
        rateLimitPerIp: requestsPerFiveMinutes,
        // AWS' core rules refuse bodies over 8 KB, which is every photo
        managedRules: { coreRuleSet: false, knownBadInputs: false, sqlInjection: false },
      },
    }),
  });
};
