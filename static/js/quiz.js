// static/js/quiz.js — saves the answers of an open quiz as they are given, and shows how much time is left. Without it,
// "Save for later" saves them, and the page says when time is up.
const SAVE_AFTER_MS = 2000;
const TRY_AGAIN_MS = 15000;

function keepSaved(form) {
  const status = form.querySelector("[data-saving]");
  const state = () => new URLSearchParams(new FormData(form)).toString();
  let saved = state();
  let timer = 0;
  let isSaving = false;

  async function save() {
    clearTimeout(timer);
    const current = state();
    if (isSaving || current === saved) return;
    isSaving = true;
    const body = new URLSearchParams(current);
    body.set("save", "1");
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      keepalive: true,
    }).catch(() => null);
    isSaving = false;
    if (answer?.ok) saved = current;
    status.textContent = answer?.ok ? status.dataset.saved : status.dataset.unsaved;
    if (state() !== saved) later(answer?.ok ? SAVE_AFTER_MS : TRY_AGAIN_MS);
  }
  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  form.addEventListener("input", () => later(SAVE_AFTER_MS));
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", () => clearTimeout(timer));
}

// The seconds come from the academy, so a clock that is wrong here changes nothing.
function showTime(form) {
  const clock = form.querySelector("[data-clock]");
  if (!clock) return;
  const said = form.querySelector("[data-clock-said]");
  const end = performance.now() + Number(clock.dataset.seconds) * 1000;
  const digits = new Intl.NumberFormat(document.documentElement.lang, { minimumIntegerDigits: 2 });
  const timer = setInterval(() => {
    const left = Math.max(Math.round((end - performance.now()) / 1000), 0);
    clock.textContent = `${digits.format(Math.floor(left / 60))}:${digits.format(left % 60)}`;
    if (left === 300) said.textContent = clock.dataset.fiveMinutes;
    if (left === 60) said.textContent = clock.dataset.oneMinute;
    if (left > 0) return;
    clearInterval(timer);
    form.requestSubmit(form.querySelector("[data-action=submit-quiz]"));
  }, 1000);
}

for (const form of document.querySelectorAll("form[data-quiz]")) {
  keepSaved(form);
  showTime(form);
}
