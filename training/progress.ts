/** How long work tells whoever started it how far it is. The terminal draws it; a remote job logs it. */
export interface Progress {
  /** Something worth reading once. */
  line(text: string): void;
  /** Begins a stage of the work, such as "features". */
  stage(name: string): {
    update(done: number, total: number): void;
    /** Ends it with what it came to. */
    end(summary: string): void;
  };
}
