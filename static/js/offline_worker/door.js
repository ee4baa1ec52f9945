// static/js/offline_worker/door.js — last part of the worker: what pages ask it for, and which requests it answers.
const ANSWERS = {
  async person({ person, standIn: address }) {
    session = session?.person === person ? session : null;
    if (person && person !== (await fact("person"))) {
      await forget((course) => course.person !== person);
      await note("person", person);
    }
    if (address && address !== (await fact("standIn"))) await keepStandIn(address).catch(() => {});
    await send();
  },
  send,
  save: (asked, tell) =>
    save(asked, tell).catch(async (problem) => {
      const isFull = problem.name === "QuotaExceededError";
      if (isFull) await tidy();
      tell({ problem: isFull ? "full" : "failed" });
    }),
  remove: async ({ id }, tell) => tell(await remove(id)),
  told: async ({ id, lang }, tell) => tell(await told(id, lang)),
  async list({ lang }, tell) {
    const person = (await fact("person")) ?? "";
    const own = await Promise.all((await courses()).map((course) => told(course.id, lang)));
    const all = await read("work", (work) => work.getAll());
    tell({
      courses: own.filter(Boolean),
      work: all.filter((one) => one.person === person),
      others: all.filter((one) => one.person !== person && one.event.kind !== "seen").length,
      refused: await refusedOf(person),
    });
  },
  close: async ({ id }, tell) => tell(await write("refused", (all) => all.delete(id))),
};

addEventListener("message", (event) => {
  const answer = ANSWERS[event.data?.type];
  if (answer) event.waitUntil(answer(event.data, (told) => event.ports[0]?.postMessage(told ?? null)));
});

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const outdated = (name) => name.startsWith("offline-") && !KEPT.includes(name);
  const cleared = caches.keys().then((names) => Promise.all(names.filter(outdated).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => clients.claim()));
});

async function keptOr(name, request) {
  const cache = await caches.open(name);
  const kept = await cache.match(request, { ignoreSearch: true }); // captions are kept under their version
  if (kept) return kept;
  const answer = await fetch(request);
  if (name === FILES && answer.ok) cache.put(request, answer.clone()).catch(() => {}); // a full device is no reason to show nothing
  return answer;
}

// A player asks for one part of a recording after the other; they are cut from the pieces that are kept.
async function played(request) {
  const cache = await caches.open(MEDIA);
  const pieceAt = (first) => cache.match(`${new URL(request.url).pathname}?from=${first}`);
  const head = await pieceAt(0);
  if (!head) return fetch(request);
  const whole = Number(head.headers.get("X-Whole"));
  const asked = request.headers.get("Range")?.match(/^bytes=(\d*)-(\d*)$/);
  const [from, to] = [asked?.[1], asked?.[2]];
  const first = from ? Number(from) : to ? Math.max(whole - to, 0) : 0;
  const last = from && to ? Math.min(to, whole - 1) : whole - 1;
  if (first > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole}` } });
  const pieces = [];
  for (let at = first - (first % PIECE); at <= last; at += PIECE) {
    const piece = await pieceAt(at);
    if (!piece) return fetch(request);
    pieces.push(await piece.blob());
  }
  const body = new Blob(pieces).slice(first % PIECE, (first % PIECE) + last + 1 - first);
  const headers = { "Content-Type": head.headers.get("Content-Type"), "Content-Length": body.size, "Accept-Ranges": "bytes" };
  if (asked) headers["Content-Range"] = `bytes ${first}-${last}/${whole}`;
  return new Response(body, { status: asked ? 206 : 200, headers });
}

async function throughAccounts(request, isLeaving) {
  session = null;
  if (isLeaving) await forget().catch(() => {});
  const answer = await fetch(request).catch(() => null);
  // Who it is now, the next page from the academy says; until then nobody is shown what another saved.
  if (answer || isLeaving) await write("facts", (facts) => facts.delete("person")).catch(() => {});
  return answer ?? standIn();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST") {
    const work = WORK.find(([pattern]) => pattern.test(url.pathname));
    if (work) event.respondWith(take(event, url.pathname, work));
    else if (request.mode === "navigate" && /^(\/[a-z-]+)?\/accounts\//.test(url.pathname))
      event.respondWith(throughAccounts(request, url.pathname.includes("/logout/")));
  } else if (request.method === "GET") {
    if (PLAYED.test(url.pathname)) event.respondWith(played(request));
    else if (request.mode === "navigate") {
      if (!/^\/(cms|documents|certificates\/offline)/.test(url.pathname)) event.respondWith(open(event, url));
    } else if (HASHED.test(url.pathname)) event.respondWith(keptOr(FILES, request));
    else if (WATCHED.test(url.pathname)) event.respondWith(whereOneStopped(request, url.pathname));
    else if (["image", "track"].includes(request.destination)) event.respondWith(keptOr(PICTURES, request));
  }
});
