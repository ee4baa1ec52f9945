// Checks what a square code holds: a statement, "1.<key>.<facts>.<signature>", each part as base64url.
const carried = JSON.parse(document.getElementById("carried").textContent);
const byId = (id) => document.getElementById(id);
const KINDS_HELD = ["attendance"];
const OLD_DAYS = 30;
let words = carried.texts.en;
let language = "en";
let shown = null; // the last finding, to be said again in another language

// -- What it finds ------------------------------------------------------------------------------------------------

function bytesOf(text) {
  if (!/^[\w-]+$/.test(text)) throw new RangeError("not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

// The places on the status lists: sorted, each as the step from the one before, seven bits at a time.
function holds(text, position) {
  let place = 0, step = 0, shift = 1;
  for (const byte of text ? bytesOf(text) : []) {
    step += (byte & 127) * shift;
    shift *= 128;
    if (byte > 127) continue;
    place += step;
    if (place >= position) return place === position;
    step = 0, shift = 1;
  }
  return false;
}

async function isSigned(key, signed, signature) {
  try {
    return await verifyAsync(bytesOf(signature), new TextEncoder().encode(signed), bytesOf(key), { zip215: false });
  } catch {
    return false;
  }
}

async function find(text) {
  const typed = text.replace(/\s/g, "");
  const [address, statement] = typed.includes("#") ? [typed.slice(0, typed.indexOf("#")), typed.slice(typed.indexOf("#") + 1)] : ["", typed];
  const [version, keyName, payload, signature, ...more] = statement.split(".");
  if (version !== "1" || more.length || !signature || !/^[\w.-]{1,1000}$/.test(statement)) return { verdict: "unreadable" };
  const keys = carried.keys.filter(([name]) => name === keyName);
  if (!keys.length) return { verdict: "unknown" };
  const signed = `${version}.${keyName}.${payload}`;
  const answers = await Promise.all(keys.map(([, key]) => isSigned(key, signed, signature)));
  if (!answers.includes(true)) return { verdict: "altered" };
  const [serial, position, day, name, course, kind] = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
  const onPaper = address.match(/\/(?:v|certificates)\/([0-9A-Z]{12})(?![^/?])/i)?.[1].toUpperCase();
  if (onPaper && onPaper !== serial) return { verdict: "mixed" };
  const state = Object.keys(carried.ended).find((one) => holds(carried.ended[one], position));
  return { verdict: state ?? "genuine", serial, day, name, course, kind };
}

// -- What it says -------------------------------------------------------------------------------------------------

const tag = () => ({ en: "en-GB", "zh-hans": "zh-Hans" })[language] ?? language;
const date = (day) => new Intl.DateTimeFormat(tag(), { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
const daysOld = () => Math.max(Math.floor((Date.now() - new Date(carried.day)) / 86_400_000), 0);
const age = () => new Intl.RelativeTimeFormat(tag(), { numeric: "auto" }).format(-daysOld(), "day");

function say(key, day = carried.day) {
  const facts = { issuer: carried.issuer, day: date(day), age: age() };
  return words[key].replace(/%\((\w+)\)s/g, (_, name) => facts[name]);
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function row(list, key, value, attributes) {
  const cell = document.createElement("dd");
  cell.append(element("bdi", value, attributes));
  list.append(element("dt", words[key]), cell);
}

const LOOKS = { genuine: "", replaced: "verdict-head--replaced", unknown: "verdict-head--unknown", unreadable: "verdict-head--unknown", withdrawn: "verdict-head--unknown" };

function show() {
  const box = byId("finding");
  box.replaceChildren();
  if (!shown) return;
  const { verdict, serial } = shown;
  box.dataset.verdict = verdict;
  const head = element("div", "", { class: `verdict-head verdict-head--plain ${LOOKS[verdict] ?? "verdict-head--revoked"}` });
  head.append(element("h2", words[verdict]), element("p", say(`${verdict}_text`)));
  if (verdict === "genuine" && daysOld() >= OLD_DAYS) head.append(element("p", words.old));
  if (verdict === "genuine" && carried.since) head.append(element("p", say("since", carried.since)));
  box.append(head);
  if (verdict === "genuine") {
    box.append(element("p", words.awarded, { class: "muted small" }), element("p", "", { class: "awarded" }));
    box.lastChild.append(element("bdi", shown.name));
  }
  if (serial) {
    const list = element("dl", "", { class: "facts facts--wide" });
    row(list, "issuer", carried.issuer);
    if (verdict === "genuine") row(list, "kind", words[`kind_${shown.kind}`] ?? shown.kind);
    if (verdict !== "withdrawn") {
      row(list, "course", shown.course);
      row(list, KINDS_HELD.includes(shown.kind) ? "held" : "completed", date(shown.day));
    }
    row(list, "code", serial.match(/.{1,4}/g).join(" "), { dir: "ltr", class: "whole" });
    box.append(list);
  }
  if (verdict === "genuine") box.append(element("p", words.compare));
  if (verdict !== "altered" && verdict !== "mixed") {
    const link = element("a", words.register, { href: serial ? `${carried.site}/certificates/${serial}/` : `${carried.site}/certificates/` });
    box.append(document.createElement("p"));
    box.lastChild.append(link);
  }
}

async function check(text) {
  shown = await find(text);
  show();
  byId("finding").scrollIntoView({ block: "nearest" });
}

function speak(chosen) {
  language = chosen;
  words = carried.texts[chosen];
  document.documentElement.lang = tag();
  document.documentElement.dir = chosen === "ar" ? "rtl" : "ltr";
  document.title = `${words.title} | ${carried.issuer}`;
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = words[one.dataset.text];
  byId("knows").textContent = say("knows") + (carried.since ? ` ${say("since", carried.since)}` : "");
  byId("language").value = chosen;
  show();
}

function preferred() {
  const wanted = [new URLSearchParams(location.search).get("lang") ?? "", ...navigator.languages].map((one) => one.toLowerCase());
  const known = Object.keys(carried.texts);
  const found = wanted.map((one) => known.find((code) => code === one) ?? known.find((code) => code.split("-")[0] === one.split("-")[0]));
  return found.find(Boolean) ?? "en";
}

// -- Ways in ------------------------------------------------------------------------------------------------------

byId("language").addEventListener("change", (event) => speak(event.target.value));
byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(byId("text").value);
});
addEventListener("hashchange", () => location.hash.length > 1 && check(location.href));

async function readPicture(event) {
  const [file] = event.target.files;
  if (!file) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const codes = await createImageBitmap(file).then((picture) => detector.detect(picture)).catch(() => []);
  byId("no-code").hidden = codes.length > 0;
  if (codes.length) {
    byId("text").value = codes[0].rawValue;
    await check(codes[0].rawValue);
  }
}

async function offerPictures() {
  const formats = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  byId("pictures").hidden = !formats.includes("qr_code");
  byId("no-reader").hidden = !byId("pictures").hidden;
  byId("photo").addEventListener("change", readPicture);
}

async function keep() {
  for (const scope of ["/certificates/offline.html", "/v/"]) {
    const registration = await navigator.serviceWorker.register("/certificates/offline-sw.js", { scope });
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    while (worker.state !== "activated") {
      await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
      if (worker.state === "redundant") return;
    }
  }
  byId("kept").hidden = false;
}

byId("form").hidden = false;
speak(preferred());
offerPictures();
if (location.hash.length > 1 || location.pathname.startsWith("/v/")) check(location.href);
keep().catch(() => {}); // no network, or a browser that keeps nothing: the page works all the same
