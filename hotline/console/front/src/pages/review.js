// Going through a call by keyboard alone: listen, put right what was heard wrongly, save, on to the next call.
import { Answer } from "../review/text.js";
import { sound } from "../review/sound.js";

const TYPING = "input, textarea, select, [contenteditable]";

function start(page) {
  const words = page.dataset; // texts of the page, in its language
  const writes = words.writes === "yes";
  const given = JSON.parse(document.getElementById("answers").textContent);
  const answers = given.map((one) => new Answer(one, document.getElementById(`turn-${one.id}`)));
  const status = document.getElementById("review-status");
  const panel = document.getElementById("choices");
  const began = Date.now();
  let at = -1; // the answer before us
  let spot = -1; // the doubtful piece in it
  let busy = Promise.resolve();

  const player = sound(document.getElementById("wave"), words.nonce, {
    onTime: (character) => answers[at]?.light(character),
    onEnd: () => follow(),
  });

  const say = (text) => { status.textContent = text; };
  const doubts = () => answers.flatMap((answer, a) =>
    answer.spots.flatMap((one, s) => (one.doubtful ? [[a, s]] : [])));

  async function select(answer, place = -1) {
    if (answer < 0 || answer >= answers.length) return;
    if (at >= 0 && at !== answer) { answers[at].light(-1); answers[at].draw(); answers[at].item.removeAttribute("aria-current"); }
    at = answer;
    spot = place;
    const here = answers[at];
    here.draw(spot);
    here.item.setAttribute("aria-current", "true");
    if (page.dataset.ready) here.item.scrollIntoView({ block: "nearest" });
    offer(here);
    await player.load(here.audio ? `/turns/${here.id}/audio` : "", [...here.text].length);
  }

  function offer(here) {
    const one = here.spots[spot];
    panel.replaceChildren();
    here.item.querySelector(".choices-here").append(panel);
    if (!one) return;
    const keys = one.choices.map((text, place) => choice(String(place + 1), text || words.nothing));
    panel.append(...keys, choice("Enter", `${words.keep} ${one.text}`), choice("e", words.edit));
  }

  function choice(key, text) {
    const item = document.createElement("button");
    item.type = "button";
    item.className = "btn btn-sm";
    item.dataset.does = key;
    const name = document.createElement("kbd");
    name.textContent = key;
    item.append(name, ` ${text}`);
    return item;
  }

  async function step(by) {
    const every = doubts();
    if (!every.length) return say(words.none);
    const place = every.findIndex(([a, s]) => a === at && s === spot);
    const ahead = every.findIndex(([a, s]) => a > at || (a === at && s > spot));
    let next = place >= 0 ? place + by : by > 0 ? ahead : (ahead < 0 ? every.length : ahead) - 1;
    if (next < 0 || next >= every.length) { say(words.end); next = place >= 0 ? place : by > 0 ? every.length - 1 : 0; }
    await select(...every[next]);
    return playSpot();
  }

  function playSpot() {
    const here = answers[at];
    if (!here?.audio) return undefined;
    return spot >= 0 ? player.playAround(...here.characters(spot)) : player.play();
  }

  function settle(text) {
    const here = answers[at];
    const one = here?.spots[spot];
    if (!one || !writes || here.locked) return undefined;
    if (text !== undefined) {
      if (!one.choices.includes(one.text)) one.choices = [...one.choices.filter((other) => other !== text), one.text];
      one.text = text;
    }
    one.checked = true;
    here.draw(spot);
    const left = doubts().filter(([a, s]) => !answers[a].spots[s].checked).length;
    say(left ? words.left.replace("{n}", left) : words.all);
    return left ? step(1) : undefined;
  }

  function edit() {
    const here = answers[at];
    if (!here || !writes) return;
    if (here.locked) { say(words.locked); return; }
    const field = document.createElement("input");
    field.className = "form-control";
    field.maxLength = 500;
    field.value = here.text;
    field.setAttribute("aria-label", words.label);
    here.line.replaceChildren(field);
    field.focus();
    const close = (keep) => {
      if (keep && field.value.trim()) here.put(field.value.trim()); else here.draw(spot);
      if (keep) spot = -1;
      offer(here);
      here.line.closest("li").focus({ preventScroll: true });
    };
    let closed = false;
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      closed = true;
      close(event.key === "Enter");
    });
    field.addEventListener("blur", () => { if (!closed) close(true); });
  }

  async function save() {
    const dirty = answers.filter((answer) => answer.dirty);
    if (!dirty.length) { say(words.clean); return true; }
    const sent = dirty.map(({ id, seen, text }) => ({ id, seen, text }));
    const answer = await post(sent);
    if (!answer) return false;
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) { say(told.says || words.failed); return false; }
    for (const { id, seen } of told.kept) keep(answers.find((one) => one.id === id), seen, sent);
    for (const { id, seen, says } of told.stale) warn(answers.find((one) => one.id === id), seen, says);
    say(told.stale.length ? words.stale : words.saved.replace("{n}", told.kept.length));
    return !told.stale.length;
  }

  async function post(sent) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    try {
      return await fetch(words.save, {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(sent),
      });
    } catch { say(words.failed); return null; }
  }

  function keep(answer, seen, sent) {
    answer.seen = seen;
    answer.saved = sent.find((one) => one.id === answer.id).text;
    answer.item.querySelector(".beside").hidden = true;
    answer.item.classList.toggle("unsaved", answer.dirty);
    answer.item.classList.add("kept");
  }

  function warn(answer, seen, says) {
    answer.seen = seen;
    const notice = answer.item.querySelector(".beside");
    notice.textContent = says;
    notice.hidden = false;
  }

  async function follow() {
    const next = answers.findIndex((answer, place) => place > at && answer.audio);
    if (next < 0) return;
    await select(next);
    await player.play();
  }

  async function finish() {
    const form = document.getElementById("reviewed");
    if (!form || !(await save())) return;
    form.elements.seconds.value = Math.round((Date.now() - began) / 1000);
    form.submit();
  }

  const keys = {
    n: () => step(1),
    p: () => step(-1),
    Enter: () => settle(),
    e: edit,
    " ": () => (at < 0 ? select(answers.findIndex((one) => one.audio)).then(() => player.play()) : player.toggle()),
    "[": () => say(`${player.faster(-1)}×`),
    "]": () => say(`${player.faster(1)}×`),
    l: () => say(player.looped(...(spot >= 0 ? answers[at].characters(spot) : [0, undefined])) ? words.loops : words.goes),
    s: save,
    d: finish,
    ArrowDown: () => select(Math.min(at + 1, answers.length - 1)),
    ArrowUp: () => select(Math.max(at - 1, 0)),
  };

  function does(key) {
    if (/^[1-9]$/.test(key)) {
      const text = answers[at]?.spots[spot]?.choices[Number(key) - 1];
      return text === undefined ? undefined : settle(text);
    }
    return keys[key]?.();
  }

  let going = false; // after g a key opens a page, and is none of ours

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    const went = going;
    going = event.key === "g";
    if (went || going) return;
    const control = event.target.closest?.("button:not(.doubt), a, summary");
    if (control && ["Enter", " "].includes(event.key)) return;
    if (!(event.key in keys) && !/^[1-9]$/.test(event.key)) return;
    event.preventDefault();
    busy = busy.then(() => does(event.key)).catch((error) => { if (error.name !== "AbortError") say(words.failed); });
  });

  page.addEventListener("click", (event) => {
    const does_ = event.target.closest("[data-does]");
    const doubt = event.target.closest(".doubt");
    const item = event.target.closest(".turn");
    if (does_) { event.preventDefault(); busy = busy.then(() => does(does_.dataset.does)).catch(() => say(words.failed)); return; }
    if (!item || event.target.closest("summary, a, input")) return;
    const place = answers.findIndex((answer) => answer.item === item);
    busy = busy.then(() => select(place, doubt ? Number(doubt.dataset.place) : -1)).then(playSpot).catch(() => say(words.failed));
  });

  window.addEventListener("beforeunload", (event) => {
    if (answers.some((answer) => answer.dirty)) event.preventDefault();
  });

  select(answers.findIndex((one) => one.audio)).catch(() => say(words.failed)).then(() => { page.dataset.ready = "yes"; });
}

document.addEventListener("DOMContentLoaded", () => {
  const page = document.getElementById("review");
  if (page) start(page);
});
