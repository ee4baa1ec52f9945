// Keeps the page that checks certificates, and shows it for the addresses on paper while there is no network.
const KEPT = "certificates-offline-1";
const PAGE = "/certificates/offline.html";
const PATIENCE = 8000; // milliseconds: a line that does not answer in this time is none

async function renew() {
  const fresh = await fetch(PAGE, { cache: "no-cache" });
  if (fresh.ok) await (await caches.open(KEPT)).put(PAGE, fresh);
}

addEventListener("install", (event) => event.waitUntil(renew().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function networkFirst(event) {
  const found = fetch(event.request);
  event.waitUntil(found.then(renew).catch(() => {})); // without a network: next time
  const kept = await caches.match(PAGE);
  if (!kept) return found;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([found, late]).catch(() => kept);
}

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(networkFirst(event));
});
