// static/js/offline_worker/saving.js — part of the worker: saves a course, looks what has changed of it, removes it.
const filesIn = (html) => [...new Set(html.match(/\/static\/[^"'#\s)]+/g) ?? [])].filter((path) => HASHED.test(path));

const filesFor = (manifest) => filesIn(manifest.shell + manifest.quizzes.map((quiz) => quiz.form).join(""));

// What was chosen to come along beside the texts: address → bytes. Pictures do, unless somebody said no.
const CHOICES = ["pictures", "sound", "video"];
const chosenOf = (course) => course.chosen ?? { pictures: true };
const wantedOf = (manifest, chosen) => Object.assign({}, ...CHOICES.filter((name) => chosen[name]).map((name) => manifest[name]));
const keptOf = (course) => course.kept ?? course.manifest.pictures;

const fetchSlowly = (address, options) => fetch(address, { signal: AbortSignal.timeout(SLOW_MS), ...options });

async function fetchInto(name, address) {
  const cache = await caches.open(name);
  if (await cache.match(address)) return;
  const answer = await fetchSlowly(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

// A recording comes in pieces, so that a line that breaks costs the last of them; says whether all are there.
async function fetchPieces(address, whole, until, add) {
  const cache = await caches.open(MEDIA);
  for (let first = 0; first < whole; first += PIECE) {
    const [name, last] = [`${address}?from=${first}`, Math.min(first + PIECE, whole) - 1];
    if (!(await cache.match(name))) {
      if (Date.now() > until) return false;
      const answer = await fetchSlowly(address, { headers: { Range: `bytes=${first}-${last}` } });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      const body = await answer.blob();
      const piece = answer.status === 206 ? body : body.slice(first, last + 1);
      const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "", "X-Whole": whole };
      await cache.put(name, new Response(piece, { headers }));
    }
    add(last + 1 - first);
  }
  return true;
}

// Browsers end a worker that is at one thing for five minutes, so a page asks for one turn after the other.
let begun = null;
async function save({ address, chosen, lang }, tell) {
  const until = Date.now() + TURN_MS;
  const person = await fact("person");
  if (begun?.address !== address || begun.person !== person) {
    const answer = await fetchSlowly(address, { cache: "no-cache" });
    if (!answer.ok) return tell({ problem: answer.status === 401 ? "signed-out" : "failed" });
    begun = { address, person, ...factsOf(await answer.json(), answer) };
  }
  const { manifest } = begun;
  const files = wantedOf(manifest, chosen);
  const inPieces = (path) => !(path in manifest.pictures) && PLAYED.test(path);
  const wanted = [
    ...filesFor(manifest).map((path) => [FILES, path, 0]),
    ...manifest.lessons.map((lesson) => [TEXTS, lesson.fragment, lesson.bytes]),
    ...Object.entries(files).map(([path, bytes]) => [inPieces(path) ? MEDIA : PICTURES, path, bytes]),
  ];
  const whole = wanted.reduce((sum, [, , bytes]) => sum + bytes, 0);
  let part = 0;
  const add = (bytes) => tell({ part: (part += bytes), whole });
  const next = async () => {
    while (wanted.length && Date.now() < until) {
      const [name, path, bytes] = wanted[0];
      wanted.shift();
      if (name !== MEDIA) add((await fetchInto(name, path), bytes));
      else if (!(await fetchPieces(path, bytes, until, add))) wanted.push([name, path, bytes]);
    }
  };
  await Promise.all([next(), next(), next(), next()]);
  if (wanted.length) return tell({ more: true });
  await putSaved(begun, chosen, files);
  begun = null;
  await tidy();
  tell({ saved: await told(manifest.id, lang) });
}

async function putSaved(found, chosen, files) {
  const before = await read("courses", (all) => all.get(found.id));
  await write("courses", (all) =>
    all.put({
      ...(before?.person === found.person ? before : { done: {}, sent: {}, seen: {}, watched: {} }),
      ...found,
      chosen,
      kept: files,
      savedAt: Date.now(),
      fragments: Object.fromEntries(found.manifest.lessons.map((lesson) => [lesson.id, lesson.fragment])),
    }),
  );
}

const factsOf = (manifest, answer) => ({
  id: manifest.id,
  manifest,
  policy: answer.headers.get("Content-Security-Policy") ?? "",
  urls: [manifest.url, ...stepsOf({ manifest }).map((step) => step.url)],
  checkedAt: Date.now(),
});

async function told(id, lang) {
  const person = await fact("person");
  const course = await read("courses", (all) => all.get(id));
  if (!course || course.person !== person) return null;
  const { manifest, savedAt, fragments } = course;
  const [chosen, kept] = [chosenOf(course), keptOf(course)];
  const wanted = wantedOf(manifest, chosen);
  const sum = (files, isCounted) => Object.entries(files).reduce((all, [path, bytes]) => all + (isCounted(path) ? bytes : 0), 0);
  const isOther = (lesson) => fragments[lesson.id] !== lesson.fragment;
  const lacks = (path) => path in wanted && !(path in kept);
  const filesOf = (lesson) => [...lesson.pictures, ...lesson.recordings.map((file) => file.url)];
  const missing = Object.fromEntries(CHOICES.map((name) => [name, sum(manifest[name] ?? {}, (path) => !(path in kept))]));
  missing.text = manifest.lessons.filter(isOther).reduce((all, lesson) => all + lesson.bytes, 0);
  return {
    id,
    title: manifest.title,
    url: manifest.url,
    sizes: manifest.sizes ?? { text: manifest.bytes },
    bytes: (manifest.sizes?.text ?? 0) + sum(kept, () => true),
    day: dates(lang, { dateStyle: "long" }).format(savedAt),
    chosen,
    missing,
    changed: manifest.lessons.filter((lesson) => isOther(lesson) || filesOf(lesson).some(lacks)).length,
  };
}

// Looks in the background what has changed; `lesson`, which is open, has its new text fetched at once.
async function renew(course, lesson, isDue = Date.now() - course.checkedAt > FRESH_MS) {
  if (!isDue) return;
  const answer = await ask(course.address, { cache: "no-cache" });
  if (answer.status === 404) return remove(course.id);
  if (!answer.ok) return;
  const manifest = await answer.json();
  const waiting = new Set((await workOf(course.person)).map(({ event }) => event.lesson));
  const fresh = manifest.lessons.find((one) => one.id === lesson?.id);
  if (fresh && fresh.fragment !== course.fragments[fresh.id]) await fetchInto(TEXTS, fresh.fragment);
  for (const path of filesFor(manifest)) await fetchInto(FILES, path);
  await change(course.id, (now) => {
    Object.assign(now, factsOf(manifest, answer), { sent: {} });
    now.done = Object.fromEntries(Object.entries(now.done).filter(([id]) => waiting.has(Number(id))));
    if (fresh) now.fragments[fresh.id] = fresh.fragment;
  });
}

async function remove(id) {
  await write("courses", (all) => all.delete(id));
  await tidy();
}

async function tidy() {
  const all = await courses();
  const texts = new Set(all.flatMap((course) => Object.values(course.fragments)));
  const files = new Set(all.flatMap((course) => Object.keys(keptOf(course))));
  for (const [name, used] of [[TEXTS, texts], [PICTURES, files], [MEDIA, files]]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!used.has(pathname) && !used.has(pathname + search)) await cache.delete(request);
    }
  }
  const ours = await caches.open(FILES);
  const needed = new Set(all.flatMap((course) => filesFor(course.manifest)));
  const spare = (await ours.keys()).filter((request) => !needed.has(new URL(request.url).pathname));
  for (const request of spare.slice(0, -MOST_FILES)) await ours.delete(request);
}

// Whoever signs out takes their pages along; what they did and is not sent yet stays, and waits for them.
async function forget(isOther = () => true) {
  for (const course of await courses()) if (isOther(course)) await write("courses", (all) => all.delete(course.id));
  await tidy();
}
