// When each character of an answer is said. The recognisers of this service keep no times of words with an answer, so
// they are shared out: every character gets the same part of what is speech in the recording. Good enough to follow
// with the eyes, and to find half a second around a word; not to cut by.
const FRAME_S = 0.01;
const LOUD = 0.08; // of the loudest frame: speech
const BRIDGE = 12; // frames: a shorter gap lies within a word

export function characterTimes(samples, rate, count) {
  const voiced = bridged(loudness(samples, Math.round(rate * FRAME_S)));
  const total = voiced.reduce((sum, speech) => sum + speech, 0) || 1;
  const times = [];
  let said = 0;
  voiced.forEach((speech, frame) => {
    while (speech && times.length <= count && said >= (times.length * total) / count) times.push(frame * FRAME_S);
    said += speech;
  });
  while (times.length <= count) times.push(lastOf(voiced) * FRAME_S);
  return times;
}

function loudness(samples, step) {
  const levels = [];
  for (let at = 0; at + step <= samples.length; at += step) {
    let sum = 0;
    for (let i = at; i < at + step; i += 1) sum += samples[i] * samples[i];
    levels.push(Math.sqrt(sum / step));
  }
  const loudest = Math.max(1e-6, ...levels);
  return levels.map((level) => (level > loudest * LOUD ? 1 : 0));
}

function bridged(voiced) {
  let last = -1;
  voiced.forEach((speech, frame) => {
    if (!speech) return;
    if (last >= 0 && frame - last <= BRIDGE) voiced.fill(1, last, frame);
    last = frame;
  });
  return voiced;
}

function lastOf(voiced) {
  return voiced.lastIndexOf(1) + 1 || voiced.length;
}
