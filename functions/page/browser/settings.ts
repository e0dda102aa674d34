/** What the page was told by the server and its visitor. */
import type { Manifest } from "../../../shared/manifest.ts";
import { createDecoder } from "./local/decoder.ts";
import { createLocalSwitch, type LocalSwitch } from "./local/switch.ts";
import type { DecodeAhead } from "./shrink.ts";

export interface Settings {
  /** The one chosen. */
  model(): string;
  key(): string | undefined;
  /** Shows the visitor where a key goes. */
  wantKey(): void;
  feedback: boolean;
  /** Of the version that answered when it was first asked for. @throws Error when it cannot be read */
  manifest(model: string): Promise<Manifest>;
  /** Where this browser can be asked instead of the server. */
  local: LocalSwitch | undefined;
  /** Where the server has what it takes. */
  decodeAhead: DecodeAhead | undefined;
}

const KEY = "whippet-key";

/** @param onKey called when another key was given */
export const readSettings = (form: HTMLFormElement, onKey: () => void): Settings => {
  const select = form.querySelector<HTMLSelectElement>("#model");
  const keyField = form.querySelector<HTMLInputElement>("#key");
  if (keyField) {
    keyField.value = sessionStorage.getItem(KEY) ?? "";
    keyField.addEventListener("change", () => {
      sessionStorage.setItem(KEY, keyField.value.trim());
      onKey();
    });
  }
  const manifests = new Map<string, Promise<Manifest>>();
  const manifest = (name: string): Promise<Manifest> => {
    const known = manifests.get(name);
    if (known) return known;
    const asked = readManifest(name);
    asked.catch(() => manifests.delete(name));
    manifests.set(name, asked);
    return asked;
  };
  const model = () => select?.value ?? form.dataset.model ?? "";
  const root = form.querySelector<HTMLElement>("#local");
  const local = root ? createLocalSwitch(root, { model, manifest }) : undefined;
  select?.addEventListener("change", () => local?.changed());
  return {
    model,
    key: () => keyField?.value.trim() || undefined,
    wantKey: () => keyField?.focus(),
    feedback: form.dataset.feedback !== undefined,
    manifest,
    local,
    decodeAhead: root ? createDecoder() : undefined,
  };
};

const readManifest = async (name: string): Promise<Manifest> => {
  const response = await fetch(`/models/${encodeURIComponent(name)}`, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`the model ${name} answers ${response.status}`);
  return (await response.json()) as Manifest;
};
