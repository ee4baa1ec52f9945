// static/js/media.js — plays the size that was chosen in place, goes on where one stopped, and tells the academy what
// was watched. Without it, each choice opens its file in the browser's own player.
const TELL_SECONDS = 20;

const rangesOf = (player) =>
  Array.from({ length: player.played.length }, (_, n) => [player.played.start(n), player.played.end(n)]);

function choose(player, link) {
  const position = player.currentTime;
  for (const other of link.closest("ul").querySelectorAll("[data-play]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  player.dispatchEvent(new Event("leave"));
  player.src = link.href;
  player.addEventListener("loadedmetadata", () => (player.currentTime = position), { once: true });
  player.play().catch(() => {}); // the learner presses play again
}

// A track that is shown from the start would be fetched with the page; without script, the player's own button shows it.
function showCaptions(player) {
  for (const track of player.textTracks) track.mode = "showing";
}

// token: the form that holds what a POST must carry; only learners have one.
function remember(player, address, token) {
  let told = "";
  let earlier = []; // played before another size was chosen, which the browser then forgets
  let toldAt = 0;
  const tell = () => {
    const ranges = [...earlier, ...rangesOf(player)].map((range) => range.map((second) => second.toFixed(1)).join("-")).join(",");
    if (!ranges || ranges === told) return;
    const form = new FormData(token);
    form.set("ranges", ranges);
    form.set("position", player.currentTime.toFixed(1));
    told = ranges;
    if (document.hidden) navigator.sendBeacon(address, form);
    else ask(address, { method: "POST", body: form, keepalive: true }).then((answer) => (answer ? showShare(player, answer.share) : (told = "")));
  };
  player.addEventListener("leave", () => {
    tell();
    earlier = [...earlier, ...rangesOf(player)].slice(-100);
  });
  player.addEventListener("timeupdate", () => {
    if (Math.abs(player.currentTime - toldAt) < TELL_SECONDS) return;
    toldAt = player.currentTime;
    tell();
  });
  player.addEventListener("pause", tell);
  player.addEventListener("ended", tell);
  document.addEventListener("visibilitychange", () => document.hidden && tell());
  player.addEventListener("loadedmetadata", () => goOn(player, address), { once: true });
}

async function ask(address, options) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// What is still to be watched is told beside and below the lesson; it counts while one watches.
// Without a line the answer does not say it.
function showShare(player, share) {
  if (share === undefined) return;
  const id = player.closest("[data-media]").dataset.media;
  for (const shown of document.querySelectorAll(`[data-share="${id}"]`)) shown.textContent = Math.floor(100 * share + 1e-9);
}

async function goOn(player, address) {
  const answer = await ask(address);
  if (!answer) return;
  const { position } = answer;
  if (position > player.currentTime && position < player.duration - 5) player.currentTime = position;
}

const token = document.querySelector("form[data-watched]");
for (const media of document.querySelectorAll("[data-media]")) {
  const player = media.querySelector("[data-player]");
  if (!player) continue;
  player.addEventListener("play", () => showCaptions(player), { once: true });
  for (const link of media.querySelectorAll("[data-play]"))
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(player, link);
    });
  if (token) remember(player, token.action.replace(/\/0\//, `/${media.dataset.media}/`), token);
}
