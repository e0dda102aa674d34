/** What only the page at `/docs` needs of style. Samples of the languages that are not chosen are hidden without a script. */
export const docsStyle = `
  .languages { border: 0; padding: 0; margin: 1.5rem 0 1rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
  .languages legend { float: left; color: var(--muted); margin-right: 1.25rem; padding: 0; }
  .languages label { cursor: pointer; }
  .languages input { accent-color: var(--accent); }
  .token input { display: block; width: 100%; max-width: 28rem; margin: 0.25rem 0; }
  .token small, .muted { color: var(--muted); }
  main:has(#language-curl:checked) .sample:not(.curl),
  main:has(#language-fetch:checked) .sample:not(.fetch),
  main:has(#language-python:checked) .sample:not(.python) { display: none; }

  .docs { display: grid; gap: 0 3rem; }
  .docs > div { min-width: 0; }
  .contents h2 { font-size: 0.875rem; margin: 1.5rem 0 0.25rem; letter-spacing: 0; }
  .contents ul { list-style: none; margin: 0; padding: 0; font-size: 0.875rem; }
  .contents a { display: block; padding: 0.2rem 0; color: var(--muted); text-decoration: none; }
  .contents a:hover { color: var(--ink); }
  .chapter > h2 { border-bottom: 1px solid var(--line); padding-bottom: 0.5rem; }
  .call { display: grid; gap: 0 2rem; padding: 0.5rem 0 2rem; border-bottom: 1px solid var(--line); }
  .call > div { min-width: 0; }
  .call h3, .schema h3 { font-size: 1.125rem; }
  .call h4 { margin: 1rem 0 0; font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
  .route { overflow-wrap: anywhere; }
  .method { display: inline-block; padding: 0 0.5em; border-radius: 0.35rem; font: 600 0.75rem/1.6 ui-monospace, monospace; background: var(--tint); color: var(--ink); }
  .method.delete { background: var(--warn); color: var(--page); }
  .call .facts, .schema .facts { display: grid; grid-template-columns: minmax(3rem, max-content) minmax(0, 1fr); gap: 0.15rem 1rem; margin: 0.25rem 0 0; font-size: 0.875rem; }
  .facts dt { color: var(--muted); overflow-wrap: anywhere; }
  .facts dd { margin: 0; overflow-wrap: anywhere; }
  .sample { position: relative; }
  .sample pre { padding-right: 5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
  .sample .copy { position: absolute; top: 0.5rem; right: 0.5rem; }
  .try form { display: grid; gap: 0.6rem; padding: 0.5rem 0; }
  .try label { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: 0.5rem; align-items: baseline; color: var(--muted); font-size: 0.875rem; }
  .try input, .try select, .try textarea { min-width: 0; width: 100%; font-size: 0.9375rem; color: var(--ink); }
  .try textarea { font-family: ui-monospace, monospace; }
  .try button { justify-self: start; }
  .try output { display: block; min-width: 0; }
  .try output pre { max-height: 24rem; overflow: auto; }
  .fine { color: var(--accent); font-weight: 600; }
  .failed { color: var(--warn); font-weight: 600; }

  @media (min-width: 48rem) {
    .call { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
    .call > div:last-child { padding-top: 1.25rem; }
  }
  @media (min-width: 70rem) {
    .docs { grid-template-columns: 13rem minmax(0, 1fr); }
    .contents { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding-bottom: 2rem; }
  }
`;
