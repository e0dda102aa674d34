/** The look that all pages share: colours of both schemes, type, links, buttons, inputs. From 320 pixels of width. */
export const siteStyle = `
  :root {
    color-scheme: light dark;
    --page: light-dark(#fbfaf8, #14151a);
    --surface: light-dark(#ffffff, #1c1e25);
    --ink: light-dark(#1d1f24, #ecedf1);
    --muted: light-dark(#5b606b, #a2a8b6);
    --line: light-dark(#e3e2de, #30333d);
    --accent: light-dark(#0f6b5c, #5fd0b8);
    --on-accent: light-dark(#ffffff, #0c1f1b);
    --tint: light-dark(#dff1ed, #1d3a35);
    --warn: light-dark(#b3401c, #ff9d73);
    --radius: 0.75rem;
  }
  * { box-sizing: border-box; }
  html { scroll-padding-top: 1rem; }
  body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
  main, .site { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
  main { padding-bottom: 4rem; }
  .site { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0.25rem 1.5rem; padding-block: 1rem; }
  .site .mark { font-weight: 700; letter-spacing: -0.01em; color: var(--ink); text-decoration: none; }
  .site nav { display: flex; gap: 1.25rem; }
  .site nav a { color: var(--muted); text-decoration: none; }
  .site nav a:hover, .site nav a[aria-current] { color: var(--ink); }
  .skip { position: absolute; left: -100rem; }
  .skip:focus { left: 1rem; top: 0.5rem; background: var(--surface); padding: 0.25rem 0.75rem; }
  h1 { font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; margin: 1.5rem 0 0.5rem; }
  h2 { font-size: 1.375rem; line-height: 1.25; letter-spacing: -0.01em; margin: 3rem 0 0.5rem; }
  h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
  p { margin: 0.5rem 0; max-width: 44rem; }
  a { color: var(--accent); }
  code, pre { font: 0.875em/1.5 ui-monospace, monospace; }
  pre { overflow-x: auto; margin: 0.5rem 0; padding: 0.75rem 1rem; border-radius: var(--radius); background: var(--surface); border: 1px solid var(--line); }
  summary { cursor: pointer; padding: 0.25rem 0; }
  button, .button { font: inherit; cursor: pointer; display: inline-block; padding: 0.5rem 1.1rem; border: 0; border-radius: 2rem; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
  button.quiet { background: var(--tint); color: var(--ink); padding: 0.25rem 0.8rem; font-size: 0.875rem; font-weight: 500; }
  button:disabled { opacity: 0.6; cursor: progress; }
  input, select, textarea { font: inherit; color: inherit; padding: 0.45rem 0.7rem; border: 1px solid var(--muted); border-radius: 0.5rem; background: var(--surface); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [hidden] { display: none !important; }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;
