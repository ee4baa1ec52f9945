// static/js/offline_worker/saving.js — part of the worker: saves a course, looks what has changed of it, removes it.
const filesIn = (html) => [...new Set(html.match(/\/static\/[^"'#\s)]+/g) ?? [])].filter((path) => HASHED.test(path));

async function fetchInto(name, address) {
  const cache = await caches.open(name);
  if (await cache.match(address)) return;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

async function save(address, tell) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) return tell({ problem: answer.status === 401 ? "signed-out" : "failed" });
  const manifest = await answer.json();
  const person = await fact("person");
  const wanted = [
    ...filesIn(manifest.shell + manifest.quizzes.map((quiz) => quiz.form).join("")).map((path) => [FILES, path, 0]),
    ...manifest.lessons.map((lesson) => [TEXTS, lesson.fragment, lesson.bytes]),
    ...Object.entries(manifest.pictures).map(([path, bytes]) => [PICTURES, path, bytes]),
  ];
  let part = 0;
  const next = async () => {
    for (let one = wanted.shift(); one; one = wanted.shift()) {
      await fetchInto(one[0], one[1]);
      part += one[2];
      tell({ part, whole: manifest.bytes });
    }
  };
  await Promise.all([next(), next(), next(), next()]);
  const before = await read("courses", (all) => all.get(manifest.id));
  await write("courses", (all) =>
    all.put({
      ...(before?.person === person ? before : { done: {}, sent: {}, seen: {} }),
      ...kept(manifest, answer),
      person,
      address,
      savedAt: Date.now(),
      fragments: Object.fromEntries(manifest.lessons.map((lesson) => [lesson.id, lesson.fragment])),
    }),
  );
  await tidy();
  tell({ saved: await told(manifest.id) });
}

const kept = (manifest, answer) => ({
  id: manifest.id,
  manifest,
  policy: answer.headers.get("Content-Security-Policy") ?? "",
  urls: [manifest.url, ...stepsOf({ manifest }).map((step) => step.url)],
  checkedAt: Date.now(),
});

async function told(id) {
  const person = await fact("person");
  const course = await read("courses", (all) => all.get(id));
  if (!course || course.person !== person) return null;
  const { manifest, savedAt, fragments } = course;
  const changed = manifest.lessons.filter((lesson) => fragments[lesson.id] !== lesson.fragment);
  return {
    id,
    title: manifest.title,
    url: manifest.url,
    bytes: manifest.bytes,
    savedAt,
    changed: changed.length,
    changedBytes: changed.reduce((sum, lesson) => sum + lesson.bytes, 0),
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
  for (const path of filesIn(manifest.shell)) await fetchInto(FILES, path);
  await change(course.id, (now) => {
    Object.assign(now, kept(manifest, answer), { sent: {} });
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
  const pictures = new Set(all.flatMap((course) => Object.keys(course.manifest.pictures)));
  for (const [name, used] of [[TEXTS, texts], [PICTURES, pictures]]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      if (!used.has(new URL(request.url).pathname)) await cache.delete(request);
  }
  const files = await caches.open(FILES);
  const needed = new Set(all.flatMap((course) => filesIn(course.manifest.shell)));
  const spare = (await files.keys()).filter((request) => !needed.has(new URL(request.url).pathname));
  for (const request of spare.slice(0, -MOST_FILES)) await files.delete(request);
}

// Whoever signs out takes their pages along; what they did and is not sent yet stays, and waits for them.
async function forget(isOther = () => true) {
  for (const course of await courses()) if (isOther(course)) await write("courses", (all) => all.delete(course.id));
  await tidy();
}
