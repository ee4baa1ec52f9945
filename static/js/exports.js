// static/js/exports.js — looks every few seconds how far files are that are being made. Without it a link loads the page anew.
const EVERY_MS = 3000;
const list = document.querySelector("[data-exports]");

function isWaiting() {
  return list.querySelector("[data-unfinished]") !== null;
}

async function look() {
  if (document.hidden || list.contains(document.activeElement)) return;
  const answer = await fetch(list.dataset.exports, { cache: "no-store", redirect: "error" }).catch(() => null);
  if (answer?.status !== 200) return;
  const text = await answer.text();
  if (!list.contains(document.activeElement)) list.innerHTML = text;
  if (!isWaiting()) clearInterval(timer);
}

const timer = setInterval(look, EVERY_MS);
if (!isWaiting()) clearInterval(timer);
