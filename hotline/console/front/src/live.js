// Server-sent events: an element with data-live="today cases" asks for itself again (hx-get) when one of them happens.
import htmx from "htmx.org";

let source = null;

function listen() {
  const wanted = document.body.dataset.events;
  if (!wanted || source) return;
  source = new EventSource(wanted);
  source.addEventListener("changed", (event) => {
    const names = new Set(JSON.parse(event.data));
    for (const element of document.querySelectorAll("[data-live]")) {
      if (element.dataset.live.split(" ").some((name) => names.has(name))) htmx.trigger(element, "live");
    }
  });
  for (const kind of ["danger", "caption", "calls"]) {
    source.addEventListener(kind, (event) => {
      document.dispatchEvent(new CustomEvent(`hotline:${kind}`, { detail: JSON.parse(event.data) }));
    });
  }
}

document.addEventListener("DOMContentLoaded", listen);
window.addEventListener("pagehide", () => source?.close());
