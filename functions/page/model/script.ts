/** Sorts a model's table of classes by a click on a column's head, and shows only the classes that are looked for. */
export const modelScript = `
  const table = document.querySelector("#classes");
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));

  const sortBy = (head) => {
    const column = head.cellIndex;
    // figures start with the lowest, which is where a model wants help
    const direction = head.ariaSort === "ascending" ? -1 : 1;
    for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
    head.ariaSort = direction === 1 ? "ascending" : "descending";
    const body = table.tBodies[0];
    body.append(...[...body.rows].sort((a, b) => direction * compare(valueOf(a, column), valueOf(b, column))));
  };

  for (const head of table?.tHead.rows[0].cells ?? []) {
    if ("fixed" in head.dataset) continue;
    const button = document.createElement("button");
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(head));
    head.replaceChildren(button);
  }

  const search = document.querySelector("[data-filters]");
  if (search) {
    search.parentElement.hidden = false;
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      for (const row of table.tBodies[0].rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    });
  }
`;
