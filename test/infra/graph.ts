/** What an evaluation found, and how to look into it. */

export interface Resource {
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the inputs of a hundred kinds of resources; a wrong path fails its assertion
  inputs: any;
  parent?: string;
  retainOnDelete?: boolean;
  dependsOn?: string[];
}

export interface Graph {
  app: { removal: string; protect: boolean };
  outputs: Record<string, string>;
  /** The folder that each function is deployed from. */
  bundles: Record<string, string>;
  resources: Resource[];
}

export interface Statement {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** `kind` is the end of a type: `Bucket` finds `aws:s3/bucket:Bucket`, not SST's component around it. */
export const all = (graph: Graph, kind: string): Resource[] =>
  graph.resources.filter(({ type }) => type.endsWith(`:${kind}`) && !type.startsWith("sst:"));

/** @throws Error when there is none */
export const one = (graph: Graph, kind: string, name: string): Resource => {
  const found = all(graph, kind).find((resource) => resource.name === name);
  if (found === undefined)
    throw new Error(`no ${kind} ${name}; there are ${all(graph, kind).map((resource) => resource.name)}`);
  return found;
};

/** Every role that this deploy makes; SST looks some up again by name, without a policy. */
export const roles = (graph: Graph): Resource[] => all(graph, "Role").filter(({ inputs }) => inputs.assumeRolePolicy);

export const statementsOf = (role: Resource): Statement[] =>
  (role.inputs.inlinePolicies ?? []).flatMap(({ policy }: { policy: string }) => JSON.parse(policy).Statement);

/** What a role may do, as `action resource` lines, sorted; the generated ends of names are left out. */
export const permissions = (graph: Graph, role: string): string[] =>
  statementsOf(one(graph, "Role", role))
    .flatMap(({ Action, Resource, Condition }) =>
      Action.flatMap((action) =>
        Resource.map(
          (resource) => `${action} ${plain(resource)}${Condition ? ` if ${plain(JSON.stringify(Condition))}` : ""}`,
        ),
      ),
    )
    .sort();

/** Without account, region and the letters that make physical names unique. */
export const plain = (text: string): string =>
  text
    .replaceAll(/arn:aws:([a-z0-9-]+):[a-z0-9-]*:\d*:/g, "$1:")
    .replaceAll(/whippet-[a-z]+-([A-Za-z]+)-[a-z]{8}/g, "$1")
    .replaceAll("-0000000", "");

/** A function's environment, secrets included. */
export const environmentOf = (graph: Graph, name: string): Record<string, string> => {
  const { environment } = one(graph, "Function", name).inputs;
  return (environment.secret ?? environment).variables;
};
