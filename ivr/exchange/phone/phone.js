// The web telephone: speaks the exchange's line protocol over one WebSocket. All words are in index.html.

const $ = (id) => document.getElementById(id);
const state = $("state");
let socket = null;
let sound = null; // { context, node, microphone }

function show(name, detail = "") {
  state.dataset.now = name;
  state.textContent = state.dataset[name] + detail;
  const live = ["connecting", "ringing", "called", "connected"].includes(name);
  $("call").disabled = live;
  $("hangup").disabled = !live;
  $("answer").hidden = name !== "called";
  $("number").disabled = live;
}

function add(list, text, mine = false) {
  const item = document.createElement("li");
  item.textContent = text;
  item.classList.toggle("me", mine);
  list.append(item);
  list.scrollTop = list.scrollHeight;
  while (list.children.length > 200) list.firstChild.remove();
}

function send(event) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(event));
}

// One line for the page's lifetime, so that calls and messages can come in; a new number is a new line.
function attach() {
  const number = $("number").value.trim();
  if (socket && socket.number === number && socket.readyState <= WebSocket.OPEN) return socket.ready;
  socket?.close();
  const here = new URL("/exchange/line", location.href);
  here.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  here.searchParams.set("from", number);
  const line = new WebSocket(here);
  line.binaryType = "arraybuffer";
  line.number = number;
  line.ready = new Promise((resolve, reject) => {
    line.onopen = () => resolve();
    line.onerror = () => reject(new Error("offline"));
  });
  line.ready.catch(() => {});
  line.onmessage = ({ data }) => (typeof data === "string" ? obey(JSON.parse(data)) : play(data));
  line.onclose = () => {
    if (line === socket) show("offline");
  };
  socket = line;
  return line.ready;
}

const EVENTS = {
  ringing: (event) => show(event.from ? "called" : "ringing", event.from ? ` ${event.from}` : ""),
  connected: () => show("connected"),
  ended: () => {
    sound?.node.port.postMessage("flush");
    closeMicrophone();
    show("ended");
  },
  caption: (event) => add($("captions"), event.text),
  gather: () => add($("captions"), $("captions").dataset.asked),
  record: () => add($("captions"), $("captions").dataset.record),
  mark: (event) => {
    if (/^\d+:/.test(event.name)) add($("captions"), $("captions").dataset.asked);
  },
  sms: (event) => add($("messages"), `${$("messages").dataset.them}：${event.body}`),
  error: (event) => show(state.dataset.now ?? "idle", ` (${event.reason})`),
};

function obey(event) {
  EVENTS[event.event]?.(event);
}

function play(data) {
  sound?.node.port.postMessage(new Uint8Array(data));
}

async function context() {
  const wanted = [{ sampleRate: 8000 }, {}]; // some browsers take the microphone's own rate only
  for (const options of wanted) {
    const context = new AudioContext({ latencyHint: "interactive", ...options });
    try {
      await context.audioWorklet.addModule("/phone/worklet.js");
      await context.resume();
      const node = new AudioWorkletNode(context, "telephone", { outputChannelCount: [1] });
      node.connect(context.destination);
      const microphone = await openMicrophone(context, node);
      return { context, node, microphone };
    } catch (error) {
      await context.close();
      if (error.name !== "NotSupportedError" || options === wanted.at(-1)) throw error;
    }
  }
  return null;
}

async function openMicrophone(context, node) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: true, channelCount: 1 },
    });
  } catch {
    return null; // refused, absent, or no secure page: one can still listen and press keys
  }
  try {
    context.createMediaStreamSource(stream).connect(node);
  } catch (error) {
    stream.getTracks().forEach((track) => track.stop());
    throw error;
  }
  return stream;
}

function closeMicrophone() {
  sound?.microphone?.getTracks().forEach((track) => track.stop());
  sound?.context.close();
  sound = null;
  $("mine").value = $("theirs").value = 0;
}

async function openSound() {
  closeMicrophone();
  sound = await context();
  sound.node.port.onmessage = ({ data }) => {
    if (data instanceof Uint8Array) {
      if (socket?.readyState === WebSocket.OPEN && state.dataset.now === "connected") socket.send(data);
      return;
    }
    $("mine").value = data.mine * 100;
    $("theirs").value = data.theirs * 100;
  };
  if (!sound.microphone) add($("captions"), state.dataset.deaf);
}

async function plugIn() {
  show("attaching");
  try {
    await attach();
    show("idle", ` ${socket.number}`);
  } catch {
    show("offline");
  }
}

async function begin(event) {
  show("connecting");
  $("captions").replaceChildren();
  try {
    await attach();
  } catch {
    show("offline");
    return;
  }
  await openSound();
  send(event);
}

$("call").addEventListener("click", () => begin({ event: "dial" }));
$("answer").addEventListener("click", async () => {
  await openSound();
  send({ event: "answer" });
});
$("hangup").addEventListener("click", () => send({ event: "hangup" }));
$("number").addEventListener("change", plugIn);
$("keypad").addEventListener("click", ({ target }) => {
  const { digit } = target.dataset;
  if (!digit) return;
  send({ event: "key", digit });
  if (state.dataset.now === "connected") add($("captions"), `${$("captions").dataset.me} ${digit}`, true);
});
$("sms").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = $("body").value.trim();
  if (!body) return;
  await attach().catch(() => show("offline"));
  send({ event: "sms", body });
  add($("messages"), `${$("messages").dataset.me}：${body}`, true);
  $("body").value = "";
});

plugIn();
