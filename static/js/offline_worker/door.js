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
  save: ({ address }, tell) =>
    save(address, tell).catch((problem) => tell({ problem: problem.name === "QuotaExceededError" ? "full" : "failed" })),
  remove: async ({ id }, tell) => tell(await remove(id)),
  told: async ({ id }, tell) => tell(await told(id)),
  async list(_, tell) {
    const person = (await fact("person")) ?? "";
    const own = await Promise.all((await courses()).map((course) => told(course.id)));
    const all = await read("work", (work) => work.getAll());
    tell({
      courses: own.filter(Boolean),
      work: all.filter((one) => one.person === person),
      others: all.filter((one) => one.person !== person).length,
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
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (name === FILES && answer.ok) cache.put(request, answer.clone()).catch(() => {}); // a full device is no reason to show nothing
  return answer;
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
    if (request.mode === "navigate") {
      if (!/^\/(cms|documents|certificates\/offline)/.test(url.pathname)) event.respondWith(open(event, url));
    } else if (HASHED.test(url.pathname)) event.respondWith(keptOr(FILES, request));
    else if (request.destination === "image") event.respondWith(keptOr(PICTURES, request));
  }
});
