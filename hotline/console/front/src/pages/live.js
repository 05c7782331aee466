// Captions of calls under way are put where the call stands; what somebody is writing is not taken from under their hands.
const MOST = 12;

document.addEventListener("hotline:caption", (event) => {
  const detail = event.detail;
  const list = document.querySelector(`[data-call="${CSS.escape(detail.call)}"] .captions`);
  if (!list) return;
  const line = document.createElement("li");
  line.className = detail.by;
  line.textContent = detail.by === "hotline" ? `${detail.words}` : `“${detail.words}”`;
  list.append(line);
  while (list.children.length > MOST) list.firstElementChild.remove();
  list.scrollTop = list.scrollHeight;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest?.("#live");
  const field = document.activeElement;
  if (part && part === event.target && field?.matches("input") && part.contains(field) && field.value) event.preventDefault();
});
