/** The page's style sheet; both colour schemes, from 360 pixels of width. */
export const style = `
  :root { color-scheme: light dark; --accent: light-dark(#2563eb, #7aa2ff); --faint: light-dark(#e5e7eb, #2c2f36); }
  * { box-sizing: border-box; }
  body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
  main { max-width: 36rem; margin: 0 auto; padding: 1.5rem 1rem; }
  h1 { margin: 0; font-size: 1.5rem; }
  a { color: var(--accent); }
  form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
  label { flex: 1 1 16rem; }
  input { display: block; width: 100%; font: inherit; }
  button { font: inherit; padding: 0.4rem 1rem; border: 0; border-radius: 0.4rem; background: var(--accent); color: light-dark(#fff, #10131a); cursor: pointer; }
  button:disabled { opacity: 0.6; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  img { display: block; max-width: 100%; max-height: 50vh; margin: 1rem 0; border-radius: 0.4rem; }
  img[hidden] { display: none; }
  dl { display: grid; grid-template-columns: minmax(0, 1fr) 5rem; gap: 0.25rem 0.75rem; margin: 1rem 0; }
  dt { overflow-wrap: anywhere; }
  dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
  meter { grid-column: 1 / -1; width: 100%; height: 0.6rem; margin-bottom: 0.5rem; accent-color: var(--accent); }
`;
