/** What the page was told by the server and its visitor. */

export interface Settings {
  /** The one chosen. */
  model(): string;
  key(): string | undefined;
  feedback: boolean;
  /** Side of a model's square input in pixels. */
  inputSize(model: string): Promise<number>;
  labels(model: string): Promise<readonly string[]>;
  /** A refusal's status, 0 for a connection that broke. */
  onRefused(status: number): void;
}

interface Manifest {
  labels: string[];
  input: { size: number };
}

/** Larger than any embedded model's: what is shrunk for it is large enough for them. */
const USUAL_INPUT = 260;
const KEY = "whippet-key";

export const readSettings = (form: HTMLFormElement): Settings => {
  const select = document.querySelector<HTMLSelectElement>("#model");
  const keyField = document.querySelector<HTMLInputElement>("#key");
  if (keyField) {
    keyField.value = sessionStorage.getItem(KEY) ?? "";
    keyField.addEventListener("change", () => sessionStorage.setItem(KEY, keyField.value.trim()));
  }
  const manifests = new Map<string, Promise<Manifest>>();
  const manifestOf = (model: string): Promise<Manifest> => {
    const known = manifests.get(model);
    if (known) return known;
    const asked = fetch(`/models/${encodeURIComponent(model)}`, { headers: { accept: "application/json" } }).then(
      (response) => {
        if (!response.ok) throw new Error(`the model answers ${response.status}`);
        return response.json() as Promise<Manifest>;
      },
    );
    asked.catch(() => manifests.delete(model));
    manifests.set(model, asked);
    return asked;
  };
  return {
    model: () => select?.value ?? form.dataset.model ?? "",
    key: () => keyField?.value.trim() || undefined,
    feedback: form.dataset.feedback !== undefined,
    inputSize: (model) =>
      manifestOf(model).then(
        ({ input }) => input.size,
        () => USUAL_INPUT,
      ),
    labels: (model) => manifestOf(model).then(({ labels }) => labels),
    onRefused(status) {
      if (status === 401) keyField?.focus();
    },
  };
};
