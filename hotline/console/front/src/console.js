// What every page has: htmx, live events, and the keyboard.
import htmx from "htmx.org";
import "./live.js";
import "./sound.js";
import { bindKeys } from "./keys.js";

htmx.config.includeIndicatorStyles = false; // the policy allows no inline style
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // no page with people's data stays in the browser's store
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(00|09|22)", swap: true }, // a refusal says why in its own words
  { code: "[45]..", swap: false, error: true },
];
window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
  if (event.detail.triggeringEvent?.type === "live") event.detail.headers["X-Live"] = "1"; // nobody at work
});

document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status === 403 ? "no_right" : "failed"));
document.addEventListener("htmx:sendError", () => say("offline"));

function say(what) {
  const notice = document.querySelector(`#notices [data-notice="${what}"]`);
  if (!notice) return;
  notice.hidden = false;
  setTimeout(() => { notice.hidden = true; }, 8000);
}

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  const menu = event.target.closest("[data-menu]");
  if (menu) {
    const open = document.getElementById(menu.dataset.menu).classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
  }
});

// A table wider than the screen can be reached and moved by the keyboard; one that fits is no stop for it.
const widths = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const target = entry.target;
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
document.addEventListener("htmx:load", (event) => {
  for (const table of event.detail.elt.querySelectorAll(".table-responsive")) widths.observe(table);
  for (const table of event.detail.elt.querySelectorAll(".stacked")) name(table);
  for (const table of event.detail.elt.querySelectorAll("table.table")) foldBlank(table);
});

// On a telephone a row becomes a card: every cell but the first says which column it is of.
function name(table) {
  const columns = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
  for (const row of table.tBodies[0]?.rows ?? []) {
    for (const cell of [...row.cells].slice(1)) {
      const text = cell.textContent.trim();
      if (text && cell.colSpan === 1) cell.dataset.label = columns[cell.cellIndex] ?? "";
      cell.classList.toggle("is-blank", blank(cell));
    }
  }
}

function blank(cell) {
  return /^—*$/.test(cell.textContent.trim()) && !cell.querySelector("input, button, select, audio, img, progress");
}

// A column of which no row has anything to say takes no room.
function foldBlank(table) {
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!rows.length || rows.some((row) => row.cells.length !== heads.length)) return;
  heads.forEach((head, at) => {
    const column = [head, ...rows.map((row) => row.cells[at])];
    const said = column.slice(1).some((cell) => !blank(cell));
    for (const cell of column) cell.classList.toggle("blank-column", !said);
  });
}

bindKeys();
