// A quiet sound when danger comes in, and a notice that stays. Made here: two soft tones, nothing is fetched.
const KEY = "hotline.sound";
let context = null;

function wanted() { return localStorage.getItem(KEY) !== "off"; }
function ready() { return wanted() && context?.state === "running"; }

// Browsers let a page sound only after somebody has touched it.
async function wake() {
  if (!wanted()) return;
  context ??= new AudioContext();
  await context.resume();
  show();
}

function tone(frequency, at) {
  const voice = context.createOscillator();
  const level = context.createGain();
  voice.frequency.value = frequency;
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(0.12, at + 0.03);
  level.gain.exponentialRampToValueAtTime(0.001, at + 0.45);
  voice.connect(level).connect(context.destination);
  voice.start(at);
  voice.stop(at + 0.5);
}

function play() {
  tone(660, context.currentTime);
  tone(880, context.currentTime + 0.28);
  document.dispatchEvent(new CustomEvent("hotline:sounded"));
}

function show() {
  const button = document.querySelector("[data-sound]");
  if (!button) return;
  button.querySelector("[data-sound-off]").hidden = ready();
  button.querySelector("[data-sound-on]").hidden = !ready();
}

document.addEventListener("hotline:danger", (event) => {
  const notice = document.querySelector("[data-danger]");
  if (notice) {
    notice.querySelector("[data-code]").textContent = event.detail.code;
    notice.hidden = false;
  }
  if (ready()) play();
});

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-sound]")) return;
  if (ready()) {
    localStorage.setItem(KEY, "off");
    show();
  } else {
    localStorage.setItem(KEY, "on");
    await wake();
    play(); // so that one knows it
  }
});

// Whoever has asked for it once hears it on every page they touch.
if (document.querySelector("[data-sound]") && localStorage.getItem(KEY) === "on") {
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake, { once: true });
}
