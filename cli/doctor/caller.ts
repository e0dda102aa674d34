/** Whoever asks AWS, as STS names it, and what a policy can be put on. */

export type Caller =
  | { kind: "user"; arn: string; name: string }
  | { kind: "role"; arn: string; name: string }
  /** A role that IAM Identity Center made of a permission set, and makes anew whenever it likes: nobody edits it by IAM. */
  | { kind: "permission set"; arn: string; name: string; set: string }
  | { kind: "root"; arn: string }
  /** Such as a federated user, whose rights come from elsewhere. */
  | { kind: "other"; arn: string };

/** @param arn `arn:aws:iam::ACCOUNT:user/PATH/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`, `arn:aws:iam::ACCOUNT:root` */
export const callerOf = (arn: string): Caller => {
  if (/^arn:[^:]+:iam::\d+:root$/.test(arn)) return { kind: "root", arn };
  const [, user] = /^arn:[^:]+:iam::\d+:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (user !== undefined) return { kind: "user", arn, name: user };
  const [, name] = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\/[^/]+$/.exec(arn) ?? [];
  if (name === undefined) return { kind: "other", arn };
  const [, set] = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(name) ?? [];
  return set === undefined ? { kind: "role", arn, name } : { kind: "permission set", arn, name, set };
};
