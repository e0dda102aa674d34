/** What only a report needs of style: photos, drawings, and paper. */
import { PICTURE_SIDE } from "./pictures.ts";

export const reportStyle = `
  main { padding-top: 1rem; }
  .contents { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 1.5rem 0 0; padding: 0; list-style: none; font-size: 0.9375rem; }
  .caution { padding: 0.75rem 1rem; border-left: 4px solid var(--warn); background: var(--surface); border-radius: 0 var(--radius) var(--radius) 0; }
  #reliability th, #forms-table td { white-space: nowrap; }
  .kept th, .kept td { background: var(--tint); }
  .kept .tag { background: var(--accent); color: var(--on-accent); }
  #sweep-table td { white-space: nowrap; }
  @media (max-width: 32rem) {
    .figures th, .figures td { padding-inline: 0.375rem; }
    #sweep-table tbody th { min-width: 5rem; }
    #sweep-table small { white-space: normal; min-width: 5em; }
    #layers { font-size: 0.875rem; }
    #batch ~ figure .strip { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  }
  .narrow { max-width: 44rem; }
  .keys { margin-top: -0.5rem; color: var(--muted); font-size: 0.875rem; }
  .chart svg { max-width: 30rem; }
  .wrong { color: var(--warn); }
  .right { color: var(--accent); }
  .key.right, .key.wrong { color: inherit; }

  figure { margin: 0; }
  .matrix { margin-top: 2rem; }
  .matrix figcaption { color: var(--muted); font-size: 0.875rem; margin-bottom: 0.5rem; }
  .matrix svg { display: block; }
  .matrix.whole { width: min(100vw - 2rem, 88rem); margin-inline: calc((100% - min(100vw - 2rem, 88rem)) / 2); }
  .matrix.whole svg { margin-inline: auto; }

  img { display: block; width: 100%; height: auto; aspect-ratio: 1; max-width: ${PICTURE_SIDE}px; border-radius: 0.375rem; background: var(--tint); }
  .missing { display: grid; place-items: center; aspect-ratio: 1; padding: 0.5rem; color: var(--muted); font-size: 0.75rem; text-align: center; border: 1px dashed var(--line); border-radius: 0.375rem; }
  figcaption { font-size: 0.875rem; line-height: 1.35; margin-top: 0.35rem; overflow-wrap: anywhere; }
  figcaption small { display: block; color: var(--muted); }
  .truth { display: block; }
  .gallery { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: 1.5rem 1rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
  .gallery.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 2rem 2rem; }
  .gallery li, .pairs li { break-inside: avoid; min-width: 0; }
  .looks { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.375rem; margin: 0; }
  .gallery:not(.wide) .looks { grid-template-columns: 1fr; }
  .looks.under { color: var(--muted); font-size: 0.75rem; line-height: 1.3; margin-top: 0.25rem; }
  .looks.under span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  .pairs { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: 1.5rem 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
  .pairs .pair { margin-bottom: 0.375rem; overflow-wrap: anywhere; }
  .pairs figcaption { font-size: 0.75rem; }
  .pairs .strip { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0.375rem; }
  .pairs .like figcaption { color: var(--muted); }
  #batch ~ figure .strip { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 0.375rem; margin-bottom: 1rem; max-width: 52rem; }
  #batch ~ figure figcaption { color: var(--muted); }
  #command { white-space: pre-wrap; overflow-wrap: anywhere; }
  #command span { display: inline-block; max-width: 100%; }
  #layers tbody th { overflow-wrap: normal; }
  footer { margin-top: 3rem; color: var(--muted); font-size: 0.875rem; }

  @page { margin: 14mm; }
  @page wide { size: A3 landscape; margin: 10mm; }
  @media print {
    :root { color-scheme: light; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    body { font-size: 10pt; background: none; }
    main { max-width: none; padding: 0; }
    .contents, details:not([open]) { display: none; }
    h2 { break-after: avoid; margin-top: 2rem; }
    .scroll, .scroll.tall { overflow: visible; max-height: none; border: 0; }
    .figures, .figures thead th, .figures .tag, #layers { font-size: 8.5pt; }
    .figures th, .figures td { padding: 0.2rem 0.4rem; }
    .figures tr, figure, .headline { break-inside: avoid; }
    .tall thead th { position: static; }
    .matrix svg { max-width: 100%; height: auto; }
    .matrix.whole { page: wide; width: auto; margin-inline: 0; }
    .beside { grid-template-columns: 1fr 1fr; gap: 0 1.5rem; }
    .gallery { grid-template-columns: repeat(6, 1fr); }
    .gallery.wide { grid-template-columns: repeat(2, 1fr); }
  }
`;
