// The keyboard, as the help under "?" says it. A key works where no field is being written in.
const TYPING = "input, textarea, select, [contenteditable]";

export function bindKeys() {
  let first = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING)) return;
    const key = first + event.key;
    first = "";
    if (event.key === "?") return open("keys");
    if (event.key === "/") return focusSearch(event);
    if (event.key === "g") { first = "g "; return undefined; }
    if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1);
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target) { event.preventDefault(); target.click(); }
    return undefined;
  });
}

function open(id) {
  document.getElementById(id)?.showModal();
}

function focusSearch(event) {
  const field = document.querySelector("[data-search]");
  if (field) { event.preventDefault(); field.focus(); }
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-row] a, a[data-row]")].filter((row) => row.offsetParent);
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))].focus();
}
