// The board: a card dropped on a column opens the form of the move that leads there; so does "办理" for the keyboard.
const dialog = document.getElementById("move");
const place = dialog?.querySelector("[data-forms-here]");

async function open(url, move) {
  const answer = await fetch(move ? `${url}?move=${encodeURIComponent(move)}` : url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) {
    if (answer.headers.get("HX-Redirect")) window.location = answer.headers.get("HX-Redirect");
    return;
  }
  place.innerHTML = await answer.text(); // escaped by the server; the policy lets no script in it run
  dialog.showModal();
  const opened = place.querySelector("details[open]");
  const first = opened?.querySelector("select, textarea, input:not([type=hidden]), button") ?? place.querySelector("summary");
  first?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-forms]");
  if (button) open(button.dataset.forms);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  event.target.closest("[data-card]")?.querySelector("[data-forms]")?.click();
});

document.addEventListener("change", (event) => {
  const field = event.target.dataset.reply && document.getElementById(event.target.dataset.reply);
  if (!field || !event.target.value) return;
  field.value = event.target.value;
  field.focus();
});

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  dragged.classList.add("dragged");
  for (const column of document.querySelectorAll("[data-column]")) {
    column.classList.toggle("takes", Boolean(moveTo(column)));
  }
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  for (const column of document.querySelectorAll(".takes, .over")) column.classList.remove("takes", "over");
  dragged = null;
});
for (const column of document.querySelectorAll("[data-column]")) {
  column.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    column.classList.add("over");
  });
  column.addEventListener("dragleave", () => column.classList.remove("over"));
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!dragged || column.contains(dragged)) return;
    const move = moveTo(column);
    const forms = dragged.querySelector("[data-forms]");
    if (move && forms) open(forms.dataset.forms, move);
    else notThere();
  });
}

function moveTo(column) {
  const can = dragged.dataset.moves.split(" ");
  return column.dataset.column.split(" ").find((move) => can.includes(move));
}

function notThere() {
  const said = document.getElementById("not-there").content.firstElementChild.cloneNode(true);
  document.getElementById("notices").append(said);
  setTimeout(() => said.remove(), 8000);
}

document.querySelector("[data-focus]")?.focus();
document.querySelector("main details.move[open]")?.scrollIntoView({ block: "center" });
