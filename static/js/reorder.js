// Rows that are dragged by their handle, with mouse, pen or finger. The drop presses a
// button of the form, so the server moves the row as it does for the small buttons.
let drag = null;

const rowsOf = (list) => [...list.querySelectorAll("[data-reorder-row]")];

function targetAt(y) {
  const above = drag.rows.filter((row) => {
    const box = row.getBoundingClientRect();
    return row !== drag.row && box.top + box.height / 2 < y;
  });
  return above.length;
}

function mark() {
  const others = drag.rows.filter((row) => row !== drag.row);
  for (const row of drag.rows) row.classList.remove("is-before-drop", "is-after-drop");
  if (drag.to === drag.from) return;
  const next = others[drag.to];
  if (next) next.classList.add("is-before-drop");
  else others.at(-1)?.classList.add("is-after-drop");
}

function stop(isDropped) {
  const { list, row, rows, from, to } = drag;
  drag = null;
  row.classList.remove("is-dragged");
  for (const one of rows) one.classList.remove("is-before-drop", "is-after-drop");
  if (!isDropped || from === to) return;
  const button = list.querySelector("[data-reorder-drop]");
  button.value = `move-${from}-${to}`;
  button.click();
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.("[data-reorder-handle]");
  if (!handle || event.button !== 0 || drag) return;
  const list = handle.closest("[data-reorder]");
  const row = handle.closest("[data-reorder-row]");
  const rows = rowsOf(list);
  const from = rows.indexOf(row);
  drag = { list, row, rows, from, to: from, pointer: event.pointerId };
  // Moves keep coming when the finger leaves the handle.
  handle.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (drag?.pointer !== event.pointerId) return;
  const edge = 60;
  if (event.clientY < edge) scrollBy(0, -12);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  drag.to = targetAt(event.clientY);
  mark();
});

document.addEventListener("pointerup", (event) => {
  if (drag?.pointer === event.pointerId) stop(true);
});
document.addEventListener("pointercancel", () => drag && stop(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) stop(false);
});

// Without this script there is nothing to hold.
document.documentElement.classList.add("can-reorder");
