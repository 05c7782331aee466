// Proof of what was mended: the picture is shown before it is brought, and a bar tells how far it has got.
const READABLE = /^image\/(jpeg|png|webp)$/;

function bind(form) {
  const field = form.querySelector('input[type="file"]');
  const preview = form.querySelector(".preview");
  const bar = form.querySelector("progress");
  const said = form.querySelector("[data-said]");
  const most = Number(form.dataset.largest) * 1024 * 1024;

  function say(text) {
    said.textContent = text;
    said.hidden = !text;
  }

  field.addEventListener("change", () => {
    const file = field.files[0];
    preview.hidden = true;
    say(file && file.size > most ? said.dataset.tooLarge : "");
    field.setCustomValidity(said.textContent);
    if (!file || !READABLE.test(file.type) || file.size > most) return;
    const reader = new FileReader(); // a data: address: the policy allows no other
    reader.addEventListener("load", () => { preview.src = reader.result; preview.hidden = false; });
    reader.readAsDataURL(file);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (part) => {
      if (!part.lengthComputable) return;
      bar.value = Math.round((100 * part.loaded) / part.total);
      say(part.loaded < part.total ? `${said.dataset.sending} ${bar.value}%` : said.dataset.checking);
    });
    request.addEventListener("load", () => answered(request, form));
    request.addEventListener("error", () => form.submit()); // the browser says what is wrong with the line
    bar.hidden = false;
    say(said.dataset.sending);
    request.send(new FormData(form));
  });
}

// The page that came back takes the place of this one: what it says of the file is not lost by loading it again.
function answered(request, form) {
  const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  if (new URL(request.responseURL).pathname === "/login") { window.location.assign(request.responseURL); return; }
  if (!main) { form.submit(); return; }
  const here = document.querySelector("main");
  here.replaceChildren(...main.childNodes);
  here.querySelectorAll("[data-upload]").forEach(bind);
  here.querySelector('[role="alert"], [role="status"].alert')?.scrollIntoView({ block: "center" });
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-upload]").forEach(bind));
