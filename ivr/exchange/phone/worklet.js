// The telephone's audio, on the audio thread: microphone to 8 kHz µ-law frames of 160 bytes, and back.
// Where the browser will not run at 8 kHz, samples are converted here by linear interpolation.

const RATE = 8000;
const FRAME = 160;
const BIAS = 33;
const CLIP = 8158;
const PREFILL = 4 * FRAME; // 80 ms: the exchange paces frames, the way here may not
const MOST = RATE * 2;

function encode(sample) {
  const value = Math.round(Math.max(-1, Math.min(1, sample)) * 8191);
  const size = Math.min(Math.abs(value), CLIP) + BIAS;
  const exponent = Math.floor(Math.log2(size)) - 5;
  const mantissa = (size >> (exponent + 1)) & 15;
  return ~((value < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

const DECODED = new Float32Array(256);
for (let byte = 0; byte < 256; byte++) {
  const code = ~byte & 0xff;
  const size = ((((code & 15) << 1) + BIAS) << ((code >> 4) & 7)) - BIAS;
  DECODED[byte] = (code & 0x80 ? -size : size) / 8192;
}

class Telephone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = RATE / sampleRate; // telephone samples for each sample of the browser
    this.frame = new Uint8Array(FRAME);
    this.filled = 0;
    this.sum = 0; // of the microphone samples that make the next telephone sample
    this.count = 0;
    this.owed = 0;
    this.heard = []; // µ-law to be played, oldest first
    this.waiting = 0;
    this.at = 0; // position in the oldest piece, in telephone samples
    this.flowing = false;
    this.patience = 0; // blocks for which less than the prefill has waited
    this.loudness = { mine: 0, theirs: 0, blocks: 0 };
    this.port.onmessage = ({ data }) => this.hear(data);
  }

  hear(data) {
    if (data === "flush") {
      this.heard = [];
      this.waiting = 0;
      this.at = 0;
      this.flowing = false;
      return;
    }
    this.heard.push(data);
    this.waiting += data.length;
    while (this.waiting > MOST) {
      this.waiting -= this.heard.shift().length;
      this.at = 0;
    }
  }

  process(inputs, outputs) {
    const mine = inputs[0][0];
    if (mine) this.speak(mine);
    this.play(outputs[0][0]);
    this.report();
    return true;
  }

  speak(samples) {
    for (const sample of samples) {
      this.loudness.mine = Math.max(this.loudness.mine, Math.abs(sample));
      this.sum += sample;
      this.count += 1;
      this.owed += this.step;
      if (this.owed < 1) continue;
      this.owed -= 1;
      this.frame[this.filled++] = encode(this.sum / this.count);
      this.sum = this.count = 0;
      if (this.filled === FRAME) {
        this.port.postMessage(this.frame.slice());
        this.filled = 0;
      }
    }
  }

  play(output) {
    if (!this.flowing && this.waiting < PREFILL) {
      // A short last word must not wait for more: what is there is played a little later anyway.
      this.flowing = this.waiting > 0 && ++this.patience > 20;
    } else {
      this.flowing = true;
    }
    if (this.flowing) this.patience = 0;
    for (let index = 0; index < output.length; index++) {
      output[index] = this.flowing ? this.sample() : 0;
      this.loudness.theirs = Math.max(this.loudness.theirs, Math.abs(output[index]));
    }
  }

  sample() {
    while (this.heard.length && this.at >= this.heard[0].length) {
      this.at -= this.heard[0].length;
      this.waiting -= this.heard.shift().length;
    }
    if (!this.heard.length) {
      this.at = 0;
      this.flowing = false;
      return 0;
    }
    const here = Math.floor(this.at);
    const piece = this.heard[0];
    const first = DECODED[piece[here]];
    const next = here + 1 < piece.length ? DECODED[piece[here + 1]] : first;
    const value = first + (next - first) * (this.at - here);
    this.at += this.step;
    return value;
  }

  report() {
    if (++this.loudness.blocks * 128 < sampleRate / 10) return;
    this.port.postMessage({ mine: this.loudness.mine, theirs: this.loudness.theirs });
    this.loudness = { mine: 0, theirs: 0, blocks: 0 };
  }
}

registerProcessor("telephone", Telephone);
