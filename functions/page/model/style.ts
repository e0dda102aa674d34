/** What only a model's page needs of style. */
export const modelStyle = `
  .model h1 { margin-bottom: 0; overflow-wrap: anywhere; }
  .model .links { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; }
  .owners form { display: grid; gap: 0.5rem; max-width: 24rem; padding: 0.5rem 0; }
  .owners input { display: block; width: 100%; margin-top: 0.25rem; }
  .owners button { justify-self: start; }
  .known { list-style: none; padding: 0; columns: 14rem; column-gap: 2rem; }
  .figures th button { all: unset; cursor: pointer; color: inherit; }
  .figures th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .figures th[aria-sort] button { color: var(--ink); }
  .figures th[aria-sort="ascending"] button::after { content: " ↑"; }
  .figures th[aria-sort="descending"] button::after { content: " ↓"; }
  .figures .trial { display: block; }
  .filter input { display: block; width: 100%; max-width: 20rem; margin-bottom: 0.75rem; }
  .versions { list-style: none; padding: 0; }
  .versions li { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .versions code { color: var(--muted); overflow-wrap: anywhere; }
  .shares { list-style: none; padding: 0; max-width: 44rem; }
  .shares small { display: block; color: var(--muted); }
  .chart .grid { stroke: var(--line); fill: none; }
  .chart .tick { fill: var(--muted); font-size: 12px; }
  .chart .diagonal { stroke: var(--muted); stroke-dasharray: 2 4; fill: none; }
  .chart .curve { fill: none; stroke-width: 2; stroke: var(--accent); }
  .chart .curve.float { stroke: var(--warn); stroke-dasharray: 6 4; }
  .chart .curve-point { fill: var(--accent); fill-opacity: 0.3; stroke: var(--accent); }
  .chart .strip { fill: var(--accent); fill-opacity: 0.55; }
  .chart.matrix svg { min-width: 56rem; max-width: 72rem; }
  .matrix .row { fill: var(--muted); font-size: 9px; }
  .matrix .frame { fill: var(--surface); stroke: var(--line); }
  .matrix rect.right { fill: var(--accent); }
  .matrix rect.wrong { fill: var(--warn); }
`;
