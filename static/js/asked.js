// static/js/asked.js — looks every few seconds for new questions to the speakers. Without it the page reloads itself.
const EVERY_MS = 10000;
const list = document.querySelector("[data-asked]");
let tag = list.dataset.tag;

function isInUse() {
  return document.hidden || list.contains(document.activeElement) || list.querySelector("details[open]") !== null;
}

async function look() {
  if (isInUse()) return;
  const headers = { "If-None-Match": tag };
  const answer = await fetch(list.dataset.asked, { headers, cache: "no-store", redirect: "error" }).catch(() => null);
  if (answer?.status !== 200) return;
  const text = await answer.text();
  if (isInUse()) return;
  tag = answer.headers.get("ETag");
  list.innerHTML = text;
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", look);
