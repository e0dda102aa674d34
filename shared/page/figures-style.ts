/** How figures look, on a model's page and in its report: headline numbers, tables, bars, charts, lists of mistakes. */
export const figuresStyle = `
  .headline { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
  .headline li { display: grid; align-content: start; padding: 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
  .headline b { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
  .headline small { color: var(--muted); }
  .beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 0 3rem; }
  .bar { display: block; width: 100%; height: 4px; fill: var(--accent); }
  .bar .track { fill: var(--line); }
  .amount { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .tag { display: inline-block; padding: 0 0.5em; border-radius: 1em; background: var(--tint); color: var(--ink); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; }
  .notes, .warning { color: var(--muted); }
  .warning { color: var(--warn); font-weight: 600; }
  .listed li { break-inside: avoid; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.125rem 0.75rem; padding: 0.25rem 0 0.5rem; }
  .listed .name, .listed .pair { overflow-wrap: anywhere; }
  .listed .bar { grid-column: 1 / -1; }
  .mistakes { list-style: none; padding: 0; columns: 22rem; column-gap: 2rem; }
  .mistakes .pair b { font-weight: 600; }
  .mistakes .bar { fill: var(--warn); }
  .chart { margin: 1rem 0; }
  .chart svg { display: block; width: 100%; max-width: 32rem; height: auto; }
  .chart figcaption { color: var(--muted); font-size: 0.875rem; }
  .key { white-space: nowrap; margin-right: 1em; }
  .key::before { content: ""; display: inline-block; width: 1.25em; height: 0; margin-right: 0.4em; vertical-align: middle; border-top: 3px solid var(--accent); }
  .key.float::before { border-top: 3px dashed var(--warn); }
  .key.ideal::before { border-top: 3px dotted var(--muted); }
  .key.right::before, .key.wrong::before { width: 0.8em; height: 0.8em; border: 0; border-radius: 2px; background: var(--accent); }
  .key.wrong::before { background: var(--warn); }
  .scroll { overflow-x: auto; }
  .scroll.tall { max-height: 34rem; overflow-y: auto; border: 1px solid var(--line); border-radius: var(--radius); }
  .figures { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  .figures caption { text-align: left; color: var(--muted); font-size: 0.875rem; padding-bottom: 0.5rem; }
  .figures th, .figures td { padding: 0.4rem 0.75rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
  .figures th:first-child { text-align: left; }
  .figures .words { text-align: left; color: var(--muted); font-size: 0.875rem; }
  .figures tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 7rem; }
  .figures thead th { color: var(--muted); font-size: 0.875rem; font-weight: 600; white-space: nowrap; }
  .figures small { display: block; color: var(--muted); font-weight: 400; }
  .tall thead th { position: sticky; top: 0; background: var(--surface); z-index: 1; }
  .measured { display: grid; grid-template-columns: minmax(2.5rem, 1fr) 2.75rem; align-items: center; gap: 0.5rem; }
  .figures.matrix td { text-align: center; }
  .figures.matrix td.none { color: transparent; }
  .figures.matrix td.right { background: var(--tint); font-weight: 600; }
  .figures.matrix td.wrong { color: var(--warn); font-weight: 600; }
  .figures .turned span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9rem; overflow: hidden; text-overflow: ellipsis; }
  .facts { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: 0.4rem 1.5rem; margin: 1rem 0; }
  .facts dt { color: var(--muted); overflow-wrap: anywhere; }
  .facts dd { margin: 0; overflow-wrap: anywhere; }
`;
