/** What a role of the deploy may do, as SeaweedFS writes it: `Read:BUCKET/PREFIX/*`. Deleting is writing to it. */

const names: Record<string, string> = {
  GetObject: "Read",
  PutObject: "Write",
  DeleteObject: "Write",
  ListBucket: "List",
};

/** @param permissions lines of test/infra/permissions.ts; those of other services are left out */
export const seaweedActions = (permissions: readonly string[]): string[] =>
  permissions.flatMap((line) => {
    const [, action = "", resource = "", condition] = /^s3:(\w+) s3:(\S+)(?: if (.*))?$/.exec(line) ?? [];
    const name = names[action];
    if (name === undefined) return [];
    if (condition === undefined) return [`${name}:${resource}`];
    const prefixes: string[] = JSON.parse(condition).StringLike["s3:prefix"];
    return prefixes.map((prefix) => `${name}:${resource}/${prefix}`);
  });
