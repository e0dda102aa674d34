/** The account and region that are deployed into, for the ARNs of what AWS names itself. */

/** Only the region and the account differ between two deploys of the same stage. */
export const account = () => ({
  partition: aws.getPartitionOutput().partition,
  region: aws.getRegionOutput().region,
  id: aws.getCallerIdentityOutput().accountId,
});

/** `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE` of this account. */
export const arnHere = (service: string, resource: $util.Input<string>): $util.Output<string> => {
  const { partition, region, id } = account();
  return $interpolate`arn:${partition}:${service}:${region}:${id}:${resource}`;
};
