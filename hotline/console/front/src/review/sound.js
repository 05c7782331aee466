// The recording of one answer at a time, as a waveform; the next one follows by itself.
import WaveSurfer from "wavesurfer.js";
import Regions from "wavesurfer.js/dist/plugins/regions.esm.js";
import { characterTimes } from "./align.js";

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const AROUND_S = 0.5; // of a word, so that one hears what it stands in

export function sound(box, nonce, { onTime, onEnd }) {
  const regions = Regions.create();
  const wave = WaveSurfer.create({
    container: box, height: window.innerWidth < 960 ? 48 : 76, waveColor: "#7ea396", progressColor: "#1c6650", cursorColor: "#b26a00", cursorWidth: 2,
    normalize: true, cspNonce: nonce, plugins: [regions],
  });
  let times = [];
  let loop = null;
  let until = Infinity;
  let rate = 1;
  let loaded = "";

  wave.on("timeupdate", (now) => {
    if (loop && now >= loop.end) wave.setTime(loop.start);
    else if (now >= until) { until = Infinity; wave.pause(); }
    onTime(characterAt(now));
  });
  wave.on("finish", () => {
    if (loop) { wave.setTime(loop.start); wave.play(); } else if (until === Infinity) onEnd();
    until = Infinity;
  });

  function characterAt(now) {
    let at = -1;
    while (at + 1 < times.length && times[at + 1] <= now) at += 1;
    return at;
  }

  function span(first, end) {
    const length = wave.getDuration();
    const start = Math.max(0, (times[first] ?? 0) - AROUND_S);
    return { start, end: Math.min(length, (times[end] ?? length) + AROUND_S) };
  }

  function show(piece, color) {
    regions.clearRegions();
    if (piece) regions.addRegion({ ...piece, color, drag: false, resize: false });
  }

  return {
    async load(address, count) {
      if (loaded === address) return;
      wave.pause();
      loop = null;
      until = Infinity;
      loaded = address;
      regions.clearRegions();
      if (!address) { wave.empty(); times = []; return; }
      await wave.load(address);
      wave.setPlaybackRate(rate, true);
      const decoded = wave.getDecodedData();
      times = decoded ? characterTimes(decoded.getChannelData(0), decoded.sampleRate, Math.max(1, count)) : [];
    },
    toggle() { until = Infinity; return wave.playPause(); },
    play() { until = Infinity; return wave.play(); },
    playAround(first, end) {
      const piece = span(first, end);
      if (loop) loop = piece;
      show(piece, loop ? "rgba(178, 106, 0, .28)" : "rgba(178, 106, 0, .14)");
      wave.setTime(piece.start);
      until = loop ? Infinity : piece.end;
      return wave.play();
    },
    looped(first, end) {
      loop = loop ? null : span(first, end);
      show(loop, "rgba(178, 106, 0, .28)");
      if (loop) { until = Infinity; wave.setTime(loop.start); wave.play(); }
      return Boolean(loop);
    },
    faster(step) {
      rate = RATES[Math.min(RATES.length - 1, Math.max(0, RATES.indexOf(rate) + step))];
      wave.setPlaybackRate(rate, true);
      return rate;
    },
    get playing() { return wave.isPlaying(); },
  };
}
