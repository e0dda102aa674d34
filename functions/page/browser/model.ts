/** Sorts a model's table of classes by a click on a column's head, and shows only the classes that are looked for. */
import { button } from "./element.ts";

const cellValue = (row: HTMLTableRowElement, column: number): string | number => {
  const cell = row.cells[column]!;
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
};

const compare = (a: string | number, b: string | number): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));

const sortBy = (table: HTMLTableElement, head: HTMLTableCellElement): void => {
  const column = head.cellIndex;
  // figures start with the lowest, which is where a model wants help
  const direction = head.ariaSort === "ascending" ? -1 : 1;
  for (const other of table.tHead!.rows[0]!.cells) other.ariaSort = null;
  head.ariaSort = direction === 1 ? "ascending" : "descending";
  const body = table.tBodies[0]!;
  body.append(...[...body.rows].sort((a, b) => direction * compare(cellValue(a, column), cellValue(b, column))));
};

const table = document.querySelector<HTMLTableElement>("#classes");
for (const head of table?.tHead?.rows[0]?.cells ?? []) {
  if ("fixed" in head.dataset) continue;
  head.replaceChildren(button(head.textContent, () => sortBy(table!, head), ""));
}

const search = document.querySelector<HTMLInputElement>("[data-filters]");
if (table && search) {
  search.parentElement!.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of table.tBodies[0]!.rows) row.hidden = !row.cells[0]!.textContent.toLowerCase().includes(wanted);
  });
}
