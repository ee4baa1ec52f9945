// static/js/offline.js — starts the worker that keeps courses on the device, tells it whose page this is, and has it send
// what waits. Without it, every page works as long as there is a line.
const EVERY_MS = 5000;

const { person, standIn, keep } = document.querySelector("script[data-offline]").dataset;
const shown = document.querySelector("[data-offline-state]");
let timer = 0;
let hadWork = false;

// A slow phone takes a tenth of a second to learn how numbers are written, so only where one is.
const inWords = (number) => new Intl.NumberFormat(document.documentElement.lang).format(number);

function show({ waiting, unsent, refused, problem }) {
  clearTimeout(timer);
  if (unsent) timer = setTimeout(() => tell({ type: "send" }), EVERY_MS);
  if (!shown) return;
  const words = shown.dataset;
  const text = problem === "signed-out" ? words.signedOut : words.waiting;
  const said = waiting ? text.replace("{n}", inWords(waiting)) : refused ? words.refused : hadWork ? words.sent : "";
  hadWork ||= waiting > 0;
  shown.querySelector("[data-words]").textContent = said;
  shown.hidden = !said;
}

// Of a page that was kept on this device: that it is one, or that the academy has another by now.
function showVisited({ since, isNewer }) {
  const shown = document.querySelector("[data-visited]");
  const words = shown.dataset;
  const day = since && new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(since);
  const link = Object.assign(document.createElement("a"), { href: location.href, textContent: words.show });
  shown.replaceChildren(...(isNewer ? [words.newer, link] : [words.since.replace("{day}", day)]));
}

// What was typed into a quiz on this device, and not handed in.
function restore(holder) {
  const draft = holder.dataset.draft ? JSON.parse(holder.dataset.draft) : {};
  for (const [name, values] of Object.entries(draft))
    for (const input of holder.querySelectorAll(`[name="${CSS.escape(name)}"]`))
      if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
      else input.value = values[0];
}

async function tell(message) {
  (await navigator.serviceWorker.ready).active.postMessage(message);
}

for (const holder of document.querySelectorAll("[data-draft]")) restore(holder);
if ("serviceWorker" in navigator && navigator.locks) {
  const hear = { state: show, visited: showVisited };
  navigator.serviceWorker.addEventListener("message", ({ data }) => hear[data.type]?.(data));
  navigator.serviceWorker.register("/offline-worker.js").catch(() => {});
  tell({ type: "person", person, standIn, isKept: keep !== undefined });
  addEventListener("online", () => tell({ type: "send" }));
  document.addEventListener("visibilitychange", () => document.hidden || tell({ type: "send" }));
}
document.querySelector("[data-again]")?.addEventListener("click", (event) => (event.preventDefault(), location.reload()));
