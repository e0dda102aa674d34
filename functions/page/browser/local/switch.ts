/** "Run in this browser": the switch on the page, the loading of the model that is chosen, and the photos it is on for. */
import type { Manifest } from "../../../../shared/manifest.ts";
import { bytes } from "../../../../shared/page/numbers.ts";
import { stepsOf } from "../steps.ts";
import { CannotRunHere, Refusal, type Told } from "../told.ts";
import { type LocalClient, startLocalClient } from "./client.ts";
import { lacking } from "./support.ts";

export interface LocalSwitch {
  readonly on: boolean;
  /** Asks this browser. @throws Refusal with the photo's problem; CannotRunHere, and then the switch is off */
  ask(model: string, photo: Blob, top: number | undefined): Promise<Told>;
  /** Another model was chosen. */
  changed(): void;
}

interface SwitchParts {
  model(): string;
  manifest(model: string): Promise<Manifest>;
}

/** From the switch being turned on until it is off. */
interface Session {
  client: LocalClient;
  /** The model that is loaded, or being loaded. */
  name?: string;
  loaded?: Promise<void>;
}

/** @param root holds the switch, what is said of it, and its bar; it is hidden until here */
export const createLocalSwitch = (root: HTMLElement, { model, manifest }: SwitchParts): LocalSwitch => {
  const input = root.querySelector<HTMLInputElement>("input")!;
  const said = root.querySelector<HTMLElement>("[role=status]")!;
  const bar = root.querySelector<HTMLProgressElement>("progress")!;
  const first = said.textContent ?? "";
  let session: Session | undefined;

  const say = (text: string, share?: number): void => {
    said.textContent = text;
    bar.hidden = share === undefined;
    bar.value = share ?? 0;
  };

  const load = async (of: Session, name: string): Promise<void> => {
    const told = (text: string, share?: number) => session === of && of.name === name && say(text, share);
    told("Loading …", 0);
    await of.client.load(await manifest(name), ({ bytes: come, of: all }) =>
      told(`Loading, ${bytes(come)} of ${bytes(all)}`, come / all),
    );
    told(`${name} runs in this browser. Photos stay on this machine.`);
  };

  const loaded = (of: Session, name: string): Promise<void> => {
    if (of.loaded && of.name === name) return of.loaded;
    of.name = name;
    of.loaded = load(of, name);
    return of.loaded;
  };

  const close = (): void => {
    session?.client.stop();
    session = undefined;
  };

  /** Turns the switch off, unless it is the photo's fault. */
  const failure = (of: Session, error: unknown): Refusal => {
    if (error instanceof Refusal && !(error instanceof CannotRunHere)) return error;
    const why = error instanceof Error ? error.message : String(error);
    if (session === of) {
      close();
      input.checked = false;
      say(`This browser cannot run it: ${why}. The server answers.`);
    }
    return new CannotRunHere(`It could not run in this browser: ${why}.`);
  };

  const changed = (): void => {
    if (!input.checked) return;
    session ??= { client: startLocalClient() };
    const of = session;
    loaded(of, model()).catch((error: unknown) => failure(of, error));
  };

  input.addEventListener("change", () => {
    changed();
    if (input.checked) return;
    close();
    say(first);
  });
  const lack = lacking();
  input.disabled = lack !== undefined;
  if (lack !== undefined) say(`This browser ${lack}, so the server answers.`);
  root.hidden = false;

  return {
    get on() {
      return input.checked;
    },
    changed,
    async ask(name, photo, top) {
      const of = session;
      if (!of) throw new CannotRunHere("This photo was to stay in this browser, and the switch is off.");
      const begun = performance.now();
      try {
        await loaded(of, name);
        const loading = performance.now() - begun;
        const options = { heatmap: true, ...(top !== undefined && { top }) };
        const { timings, ...answer } = await of.client.classify(await manifest(name), photo, options);
        return { answer, steps: [["loading", loading], ...stepsOf({ ...timings })] };
      } catch (error) {
        throw failure(of, error);
      }
    },
  };
};
