// static/js/offline_worker/visited.js — pages that were opened before: a slow line is not waited for, but asked all the same.
// The academy says whose page it is (Kept-For), and whether it is one of a course's steps.
const PROMPT_MS = 300; // a line that answers in this time is waited for
const MOST_VISITED = 30;
const OLD_MS = 604800000; // what was kept before this is shown only where there is no line

let emptied = Promise.resolve(); // whoever does something is shown no page from before it
const shown = new Map(); // window -> what it shows: since when it is kept, and whether there is a newer one

const ownerOf = (answer) => answer.headers.get("Kept-For")?.split("; ") ?? [];
const sinceOf = (answer) => Date.parse(answer.headers.get("Date"));
const addressOf = (url) => url.pathname + url.search;

async function lookUp(url) {
  await emptied;
  const kept = await (await caches.open(VISITED)).match(addressOf(url), { ignoreVary: true });
  return kept && ownerOf(kept)[0] === (await fact("person")) ? kept : null;
}

// Answers at once with what is kept where the line is slow; else with what the line brings, or nothing.
async function visit(event, url) {
  const isAskedAnew = ["no-cache", "reload", "no-store"].includes(event.request.cache) || url.searchParams.has("live");
  const kept = await lookUp(url).catch(() => null);
  const found = fetch(event.request).catch(() => null);
  const inTime = Promise.race([found, after(PATIENCE_MS)]);
  let isShown = false;
  const noted = found.then(async (answer) => {
    const isNewer = answer && (await keep(url, answer.clone(), kept));
    if (isShown && isNewer) await say(event.resultingClientId, { isNewer });
  });
  event.waitUntil(noted.catch(() => {}));
  if (!kept || isAskedAnew || Date.now() - sinceOf(kept) > OLD_MS) return { page: await inTime, kept, found };
  const page = await Promise.race([found, after(PROMPT_MS, kept)]);
  isShown = page === kept;
  if (isShown) event.waitUntil(inTime.then((answer) => answer || say(event.resultingClientId, { since: sinceOf(kept) })));
  return { page, kept, found };
}

// Keeps what may be kept; says whether it is another page than was kept before.
async function keep(url, answer, before) {
  const [owner, kind] = ownerOf(answer);
  const cache = await caches.open(VISITED);
  if (!owner || answer.status !== 200) {
    if (before && answer.status < 500) await cache.delete(addressOf(url), { ignoreVary: true });
    return Boolean(before) && answer.status < 500;
  }
  if (kind === "step" && !before) await emptyVisited(false); // opened for the first time, which other pages tell
  await cache.delete(addressOf(url), { ignoreVary: true }); // the last opened stands last
  await cache.put(addressOf(url), answer);
  for (const request of (await cache.keys()).slice(0, -MOST_VISITED)) await cache.delete(request, { ignoreVary: true });
  return Boolean(before) && before.headers.get("ETag") !== answer.headers.get("ETag");
}

async function emptyVisited(isWhole = true) {
  const cache = await caches.open(VISITED);
  for (const request of await cache.keys()) {
    const isStep = ownerOf(await cache.match(request, { ignoreVary: true }))[1] === "step";
    if (isWhole || !isStep) await cache.delete(request, { ignoreVary: true });
  }
}

// A page that comes in asks what there is to say of it; what is known later is told when it is known.
async function say(id, news) {
  shown.set(id, { ...shown.get(id), ...news });
  (await clients.get(id))?.postMessage({ type: "visited", ...shown.get(id) });
}

addEventListener("message", (event) => {
  if (event.data?.type !== "person") return;
  const { id } = event.source;
  if (shown.has(id)) event.waitUntil(say(id, {}));
  else if (event.data.isKept) event.waitUntil(keepFirst(new URL(event.source.url)).catch(() => {}));
});

// The page that was there before the worker was, as the browser has it.
async function keepFirst(url) {
  if (!(await lookUp(url))) await keep(url, await fetch(addressOf(url), { cache: "force-cache" }), null);
}

addEventListener("fetch", ({ request }) => {
  if (request.method === "POST" && !/\/watched$/.test(new URL(request.url).pathname)) emptied = emptyVisited().catch(() => {});
});
