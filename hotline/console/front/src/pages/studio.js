// One sentence said in one's own voice: recorded by the browser, made a plain WAV here, so that the service needs no
// decoder and reads nothing but samples.
const RATE = 16000;
const LONGEST_S = 30;
const TYPING = "input:not([type=file]), textarea, select, [contenteditable]";

function start(box) {
  const words = box.dataset;
  const status = document.getElementById("studio-status");
  const preview = document.getElementById("preview");
  const level = document.getElementById("level");
  const buttons = Object.fromEntries([...box.querySelectorAll("[data-does]")].map((one) => [one.dataset.does, one]));
  let recorder = null;
  let made = null; // the WAV that is ready to be kept

  const say = (text) => { status.textContent = text; };

  async function record() {
    if (recorder) { recorder.stop(); return; }
    let stream;
    try {
      const wishes = { channelCount: 1, echoCancellation: false, autoGainControl: false, noiseSuppression: true };
      stream = await navigator.mediaDevices.getUserMedia({ audio: wishes });
    } catch { say(words.denied); return; }
    const pieces = [];
    const stopWatching = watch(stream);
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      stream.getTracks().forEach((track) => track.stop());
      stopWatching();
      const blob = new Blob(pieces, { type: recorder.mimeType });
      recorder = null;
      box.classList.remove("recording");
      take(blob);
    });
    setTimeout(() => recorder?.state === "recording" && recorder.stop(), LONGEST_S * 1000);
    recorder.start();
    box.classList.add("recording");
    say(words.recording);
  }

  // How loud it is now: the person sees that the microphone hears them.
  function watch(stream) {
    const context = new AudioContext();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    const timer = setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      level.value = Math.min(1, Math.max(...samples.map(Math.abs)));
    }, 80);
    return () => { clearInterval(timer); level.value = 0; context.close(); };
  }

  async function take(blob) {
    try {
      made = await asWav(blob);
    } catch { say(words.unread); return; }
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(made);
    preview.hidden = false;
    buttons[" "].disabled = buttons.Enter.disabled = false;
    say(words.heard);
    preview.play().catch(() => {});
  }

  async function save() {
    if (!made) return;
    say(words.saving);
    const token = document.querySelector('meta[name="csrf-token"]').content;
    try {
      const headers = { "Content-Type": "audio/wav", "X-CSRFToken": token };
      const answer = await fetch(words.save, { method: "POST", headers, body: made });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) window.location.assign(words.next); else say(told.says || words.failed);
    } catch { say(words.failed); }
  }

  const keys = {
    r: record,
    " ": () => (preview.paused ? preview.play() : preview.pause()),
    Enter: save,
    h: () => document.getElementById("synthetic").play(),
  };
  const does = (key) => Promise.resolve(keys[key]()).catch(() => say(words.failed));

  let going = false; // after g a key opens a page, and is none of ours

  document.addEventListener("keydown", (event) => {
    const went = going;
    going = event.key === "g";
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || went || !(event.key in keys)) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (["Enter", " "].includes(event.key) && (!made || event.target.closest?.("button, a, audio, input"))) return;
    event.preventDefault();
    does(event.key);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-does]");
    if (button) { button.blur(); does(button.dataset.does); }
  });
  document.getElementById("file").addEventListener("change", (event) => event.target.files[0] && take(event.target.files[0]));
}

async function asWav(blob) {
  const context = new OfflineAudioContext(1, 1, RATE);
  const decoded = await context.decodeAudioData(await blob.arrayBuffer()); // at RATE, as the context is
  const samples = decoded.getChannelData(0).subarray(0, RATE * LONGEST_S * 1.4);
  const wav = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const put = (at, text) => [...text].forEach((letter, i) => wav.setUint8(at + i, letter.charCodeAt(0)));
  put(0, "RIFF");
  wav.setUint32(4, 36 + samples.length * 2, true);
  put(8, "WAVEfmt ");
  wav.setUint32(16, 16, true);
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, RATE, true);
  wav.setUint32(28, RATE * 2, true);
  wav.setUint16(32, 2, true);
  wav.setUint16(34, 16, true);
  put(36, "data");
  wav.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => wav.setInt16(44 + i * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new Blob([wav], { type: "audio/wav" });
}

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("studio");
  if (box) start(box);
});
