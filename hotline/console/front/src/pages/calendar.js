// The calendar of appointments: columns by window, clerk or village; a list on telephones; dragging asks the office.
import { createCalendar, Interaction, List, ResourceTimeGrid } from "@event-calendar/core";

const HALF_AN_HOUR = 30 * 60 * 1000; // no room for more than who comes, where the column is narrow
const ONE_LINE = 20 * 60 * 1000; // no room for two lines

const place = document.getElementById("calendar");
if (place) show(place);

function show(element) {
  const words = JSON.parse(element.dataset.words);
  const narrow = window.matchMedia("(max-width: 60rem)").matches;
  const columns = JSON.parse(element.dataset.columns);
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const said = document.getElementById("said");

  function say(text, kind) {
    const box = document.createElement("div");
    box.className = `alert alert-${kind}`;
    box.setAttribute("role", kind === "success" ? "status" : "alert");
    box.textContent = text;
    said.replaceChildren(box);
    setTimeout(() => box.remove(), 9000);
  }

  async function moved(info) {
    const { event, oldEvent } = info;
    if (String(event.resourceIds) !== String(oldEvent.resourceIds) && event.start.getTime() === oldEvent.start.getTime()) {
      info.revert();
      return say(words.only_time, "warning");
    }
    const body = JSON.stringify({ version: event.extendedProps.version, starts_at: local(event.start) });
    try {
      const answer = await fetch(`/appointments/${event.id}/drag`, {
        method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      });
      const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : { says: words.failed };
      if (!answer.ok) info.revert();
      // whoever drags it on before the rows have come again drags what stands now
      else calendar.updateEvent({ ...event, extendedProps: { ...event.extendedProps, version: told.version } });
      say(told.says, answer.ok ? "success" : "warning");
    } catch {
      info.revert();
      say(words.failed, "danger");
    }
    return calendar.refetchEvents();
  }

  // The library says table and list of what holds buttons only: screen readers are better off without.
  function plainRoles() {
    const roles = ["list", "listitem", "table", "row", "rowgroup", "columnheader", "rowheader", "cell"];
    const said = roles.map((role) => `[role="${role}"]`).join(",");
    for (const one of element.querySelectorAll(said)) one.removeAttribute("role");
    for (const count of ["aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount", "aria-colspan", "aria-rowspan"]) {
      for (const one of element.querySelectorAll(`[${count}]`)) one.removeAttribute(count);
    }
    for (const part of element.querySelectorAll("section")) { part.tabIndex = 0; part.setAttribute("aria-label", document.title); } // it scrolls
    for (const head of element.querySelectorAll("h4.ec-day-head")) head.setAttribute("aria-level", "2");
  }

  const calendar = createCalendar(element, [ResourceTimeGrid, List, Interaction], {
    view: narrow ? "listDay" : "resourceTimeGridDay",
    date: element.dataset.day,
    locale: element.dataset.lang,
    firstDay: 1,
    resources: columns,
    height: narrow ? undefined : "68vh",
    slotMinTime: "07:00", slotMaxTime: "21:30", slotDuration: "00:15", slotLabelInterval: "01:00", slotHeight: 23, scrollTime: "08:30",
    allDaySlot: false, nowIndicator: true, snapDuration: "00:15",
    headerToolbar: { start: "prev,today,next", center: "title", end: narrow ? "listDay,listWeek" : "resourceTimeGridDay,resourceTimeGridWeek,listWeek" },
    buttonText: (text) => ({
      ...text, today: words.today, prev: words.prev, next: words.next, resourceTimeGridDay: words.day, resourceTimeGridWeek: words.week,
      listWeek: narrow ? words.week : words.list, listDay: words.day,
    }),
    titleFormat: titled(element.dataset.lang),
    views: { resourceTimeGridWeek: { filterResourcesWithEvents: true, columnWidth: "minmax(5.4rem, 1fr)" } },
    noEventsContent: words.none,
    eventDurationEditable: false,
    slotEventOverlap: false,
    eventSources: [{ url: element.dataset.events, method: "GET", extraParams: { by: element.dataset.by } }],
    eventDrop: moved,
    eventFilter: ({ event, view }) => !(view.type.startsWith("list") && event.display === "background"),
    eventClick: ({ event }) => { if (event.extendedProps.url) window.location = event.extendedProps.url; },
    eventDidMount: ({ el, event, view }) => {
      if (!event.extendedProps.url) return;
      const [service, name] = event.title.split(" · ");
      el.title = `${clock(event.start)} ${name} ${service} · ${event.extendedProps.says} · ${clock(event.start)}–${clock(event.end)}`;
      if (!view.type.startsWith("list")) el.setAttribute("aria-label", el.title); // begins with what is seen
    },
    eventAllUpdated: plainRoles,
    viewDidMount: () => setTimeout(plainRoles),
    eventClassNames: ({ event }) => (lasts(event) > HALF_AN_HOUR ? [] : [lasts(event) > ONE_LINE ? "is-half" : "is-short"]),
    eventContent: ({ event, view, timeText }) => (event.display === "background" ? "" : view.type.startsWith("list")
      ? `${timeText} ${event.title} ${event.extendedProps.says}`
      : { domNodes: cell(event) }),
  });
}

// When, who and, where there is room, what for: a name is never broken in two, and never cut before its time is.
function cell(event) {
  const [service, name] = event.title.split(" · ");
  const told = [["when", clock(event.start)], ["who", name], ["what", service]];
  return told.flatMap(([kind, text]) => {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = text;
    return [part, document.createTextNode(" ")]; // read aloud and copied with a space between
  });
}

// 2026年9月7日 – 2026年9月13日: of two days the browser would make figures and strokes.
function titled(lang) {
  const day = new Intl.DateTimeFormat(lang, { year: "numeric", month: "long", day: "numeric" });
  return (start, end) => [...new Set([start, end ?? start].map((date) => day.format(date)))].join(" – ");
}

function lasts(event) {
  return event.end - event.start;
}

function clock(date) {
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
}

function local(date) {
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:00`;
}
