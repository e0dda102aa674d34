/** Where a published model's objects lie in a store. */
import { nameSchema, versionSchema } from "../manifest.ts";
import { Problem } from "../problem.ts";

export const MODELS = "models/";

/** @throws Problem 404 when `name` can be no model's name, so that it never becomes part of a key */
export const modelPrefix = (name: string): string => {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success)
    throw new Problem(
      404,
      `${JSON.stringify(name)} is not a model's name; one has ${parsed.error.issues[0]?.message ?? ""}`,
    );
  return `${MODELS}${parsed.data}/`;
};

/** @throws Problem 404 when `version` can be no version */
export const versionPrefix = (name: string, version: string): string => {
  if (!versionSchema.safeParse(version).success)
    throw new Problem(404, `${JSON.stringify(version)} is not a version such as 20260131T120000Z-1a2b3c4d5e6f`);
  return `${modelPrefix(name)}${version}/`;
};

export const pointerKey = (name: string): string => `${modelPrefix(name)}current.json`;

export const manifestKey = (name: string, version: string): string => `${versionPrefix(name, version)}manifest.json`;

/** `models/NAME/VERSION/PATH` taken apart; undefined for a key of another kind. */
export const parseKey = (key: string): { name: string; version: string; path: string } | undefined => {
  const [, name, version, path] = /^models\/([^/]+)\/([^/]+)\/(.+)$/.exec(key) ?? [];
  if (name === undefined || path === undefined || !nameSchema.safeParse(name).success) return undefined;
  const parsed = versionSchema.safeParse(version);
  return parsed.success ? { name, version: parsed.data, path } : undefined;
};
