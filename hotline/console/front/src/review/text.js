// An answer on the page: its pieces as buttons where they are doubtful, every character a place that can light up.
export class Answer {
  constructor(given, item) {
    Object.assign(this, given);
    this.item = item;
    this.line = item.querySelector(".said");
    this.spots = given.spots.map((spot) => ({ ...spot, checked: false }));
    this.saved = this.text;
    this.draw();
  }

  get text() { return this.spots.map((spot) => spot.text).join(""); }

  get dirty() { return !this.locked && this.text.trim() !== "" && this.text !== this.saved; }

  put(text) { this.spots = [{ text, doubtful: false, choices: [] }]; this.draw(); }

  characters(place) {
    const before = this.spots.slice(0, place).reduce((sum, spot) => sum + [...spot.text].length, 0);
    return [before, before + [...this.spots[place].text].length];
  }

  draw(current = -1) {
    this.line.replaceChildren(...this.spots.map((spot, place) => piece(spot, place, place === current)));
    this.marks = [...this.line.querySelectorAll(".ch")];
    this.item.classList.toggle("unsaved", this.dirty);
  }

  light(at) {
    this.marks.forEach((mark, place) => {
      mark.classList.toggle("lit", place === at);
      mark.classList.toggle("past", place < at);
    });
  }
}

function piece(spot, place, current) {
  const box = document.createElement(spot.doubtful ? "button" : "span");
  if (spot.doubtful) {
    box.type = "button";
    box.className = spot.checked ? "doubt checked" : "doubt";
    box.dataset.place = place;
    if (current) box.setAttribute("aria-current", "true");
  }
  const shown = spot.text || (spot.doubtful ? "＿" : "");
  box.append(...[...shown].map((character) => {
    const mark = document.createElement("span");
    mark.className = spot.text ? "ch" : "none";
    mark.textContent = character;
    return mark;
  }));
  return box;
}
