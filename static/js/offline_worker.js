// static/js/offline_worker.js — keeps saved courses on the device, shows their pages with or without a network, and holds
// what learners do until the academy has it. Served as /offline-worker.js. What it says stands in the pages it fills in.
const PATIENCE_MS = 8000; // a line that does not answer in this time is none
const SHORT_MS = 4000; // how long a page waits for what was just done to arrive
const FRESH_MS = 600000; // how long a saved course is not asked for again
const MOST_EVENTS = 20;
const MOST_BYTES = 150000; // of a batch
const MOST_FILES = 80; // style sheets, scripts and drawings of this release and the one before
const TEXTS = "offline-texts-1";
const FILES = "offline-files-1";
const PICTURES = "offline-pictures-1";
const PAGES = "offline-pages-1";
const KEPT = [TEXTS, FILES, PICTURES, PAGES];
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;

// -- What is written down -------------------------------------------------------------------------------------------

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("offline", 1);
    asked.onupgradeneeded = () => {
      const made = asked.result;
      made.createObjectStore("facts");
      made.createObjectStore("courses", { keyPath: "id" }).createIndex("urls", "urls", { multiEntry: true });
      made.createObjectStore("work", { keyPath: "number", autoIncrement: true }).createIndex("person", "person");
      made.createObjectStore("refused", { keyPath: "id" }).createIndex("person", "person");
      made.createObjectStore("drafts");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => ((opened = null), reject(asked.error));
  });
  return opened;
}

// Answers once the transaction is complete: what was written then is on the disk.
async function store(name, mode, act) {
  const transaction = (await database()).transaction(name, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const asked = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}
const read = (name, act) => store(name, "readonly", act);
const write = (name, act) => store(name, "readwrite", act);
const fact = (key) => read("facts", (facts) => facts.get(key));
const note = (key, value) => write("facts", (facts) => facts.put(value, key));
const courses = () => read("courses", (all) => all.getAll());
const workOf = (person) => read("work", (all) => all.index("person").getAll(person));
const refusedOf = (person) => read("refused", (all) => all.index("person").getAll(person));

// Several things change a saved course at once; each reads it again within its own transaction.
const change = (id, act) =>
  write("courses", (all) => {
    all.get(id).onsuccess = (event) => {
      const course = event.target.result;
      if (course && act(course) !== false) all.put(course);
    };
  });

const stepsOf = (course) => [...course.manifest.lessons, ...course.manifest.quizzes].sort((a, b) => a.place - b.place);

async function savedAt(path) {
  const [person, course] = await Promise.all([fact("person"), read("courses", (all) => all.index("urls").get(path))]);
  return course && course.person === person ? course : null;
}

async function stepOf(kind, id) {
  const person = await fact("person");
  for (const course of await courses()) {
    const step = course.person === person && stepsOf(course).find((one) => one.kind === kind && one.id === id);
    if (step) return { course, step };
  }
  return {};
}

function ask(address, options) {
  return fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), ...options });
}

const after = (milliseconds, value) => new Promise((resolve) => setTimeout(resolve, milliseconds, value));

// -- Saving a course ------------------------------------------------------------------------------------------------

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

// -- Showing a page -------------------------------------------------------------------------------------------------

const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function fill(text, facts) {
  return text.replace(
    /\[\[#(\w+)\]\]([\s\S]*?)\[\[\/\1\]\]|\[\[\[(\w+)\]\]\]|\[\[(\w+)\]\]/g,
    (_, part, inner, html, name) => {
      if (!part) return html ? (facts[html] ?? "") : escaped(facts[name] ?? "");
      const value = facts[part];
      const several = Array.isArray(value) ? value : value ? [{}] : [];
      return several.map((one) => fill(inner, { ...facts, ...one })).join("");
    },
  );
}

// A picture's widest file alone is kept.
const withOneFile = (html) =>
  html.replace(/<img\b[^>]*>/g, (image) => {
    const widest = image.match(/srcset="[^"]*?([^",\s]+)\s[^",\s]+"/)?.[1];
    return widest ? image.replace(/srcset="[^"]*"/, "").replace(/\bsrc="[^"]*"/, `src="${widest}"`) : image;
  });

const tagOf = (code) => (code === "zh-hans" ? "zh-Hans" : code);
const dates = (code, how) => new Intl.DateTimeFormat(code === "en" ? "en-GB" : tagOf(code), how);
const prefixOf = (course) => course.manifest.url.replace(/courses\/.*$/, "");

async function compose(course, path) {
  const { manifest } = course;
  const steps = stepsOf(course);
  const here = steps.findIndex((step) => step.url === path);
  const step = steps[here];
  const waiting = (await workOf(course.person)).map(({ event }) => event);
  const isDone = (one) => one.done || Boolean(course.done[one.id]);
  const row = (one) => ({
    step_url: one.url,
    step_title: one.title,
    step_done: isDone(one),
    step_todo: !isDone(one),
    step_current: one === step,
    state: isDone(one) ? "is-done" : "",
  });
  const language = step?.language || manifest.language;
  const facts = {
    course: manifest.title,
    course_url: manifest.url,
    title: step?.title ?? manifest.title,
    lang: tagOf(language),
    dir: language === "ar" ? "rtl" : "ltr",
    saved_on: dates(manifest.language, { dateStyle: "long" }).format(course.savedAt),
    is_course: !step,
    is_step: Boolean(step),
    is_lesson: step?.kind === "lesson",
    is_quiz: step?.kind === "quiz",
    steps: steps.filter((one) => !step || one.module_url === step.module_url).map(row),
  };
  if (step) {
    const [previous, following] = [steps[here - 1], steps[here + 1]];
    Object.assign(facts, {
      number: step.number,
      minutes: step.minutes,
      module: step.module,
      module_url: step.module_url,
      intro: step.intro,
      done: isDone(step),
      previous: Boolean(previous),
      no_previous: !previous,
      previous_url: previous?.url,
      previous_minutes: previous?.minutes,
      previous_title: previous?.title,
      following: Boolean(following),
      following_url: following?.url,
      following_minutes: following?.minutes,
      following_title: following?.title,
    });
    Object.assign(facts, await (facts.is_lesson ? lessonFacts : quizFacts)(course, step, waiting));
    if (!facts.text && facts.is_lesson) return null;
  }
  const shell = manifest.shell.replace(/<html lang="[^"]*"/, `<html data-saved-page lang="${tagOf(manifest.language)}"`);
  return new Response(fill(shell, facts), {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": course.policy },
  });
}

async function lessonFacts(course, step, waiting) {
  const kept = await (await caches.open(TEXTS)).match(course.fragments[step.id] ?? "");
  if (!kept) return {};
  const part = course.manifest.shell.match(/\[\[#reply_part\]\]([\s\S]*?)\[\[\/reply_part\]\]/)[1];
  const isDone = step.done || course.done[step.id];
  const isWaiting = waiting.some((event) => event.kind === "done" && event.lesson === step.id);
  const text = withOneFile(await kept.text()).replace(/<!--reply ([0-9a-f-]{36})-->/g, (_, key) => {
    const unsent = waiting.findLast((event) => event.kind === "reflection" && event.block === key);
    const stored = unsent ?? step.written[key];
    return fill(part, {
      reply_action: `${prefixOf(course)}my/reflections/${step.id}/${key}`,
      reply_id: key.slice(0, 8),
      reply_text: stored?.text,
      reply_seen: unsent ? step.written[key]?.seen : stored?.seen,
      reply_waiting: Boolean(unsent),
    });
  });
  return {
    text,
    action: `${prefixOf(course)}my/lessons/${step.id}/done`,
    waiting: isWaiting,
    sent: !isWaiting,
    open: !isDone && step.by_hand,
    attended: !isDone && !step.by_hand,
  };
}

async function quizFacts(course, step, waiting) {
  const unsent = step.attempt && waiting.find((event) => event.attempt === step.attempt);
  const isSent = !unsent && Boolean(course.sent[step.attempt]);
  const form = unsent || isSent ? "" : step.form;
  const draft = form && (await read("drafts", (all) => all.get(`${course.person}/${step.attempt}`)));
  const moment = { dateStyle: "medium", timeStyle: "short" };
  return {
    form,
    has_form: Boolean(form),
    draft: draft ? JSON.stringify(draft) : "",
    waiting: Boolean(unsent),
    moment: unsent && dates(course.manifest.language, moment).format(new Date(unsent.at)),
    sent: isSent,
    result_url: `${prefixOf(course)}my/attempts/${step.attempt}/`,
    why: step.why,
    live_url: `${step.url}?live`,
  };
}

async function open(event, url) {
  const isLive = url.searchParams.has("live");
  const course = await savedAt(url.pathname).catch(() => null);
  const step = course && stepsOf(course).find((one) => one.url === url.pathname);
  const isSettled = step && step.kind === "quiz" && (!step.attempt || course.sent[step.attempt]);
  if (step && !isSettled && !isLive) {
    const page = await compose(course, url.pathname).catch(() => null);
    if (page) {
      event.waitUntil(afterwards(course, step));
      return page;
    }
  }
  const found = fetch(event.request).catch(() => null);
  const inTime = await Promise.race([found, after(PATIENCE_MS)]);
  if (inTime) return inTime;
  return (course && (await compose(course, url.pathname).catch(() => null))) ?? (await keptStandIn()) ?? (await found) ?? Response.error();
}

async function afterwards(course, step) {
  const today = new Date().toISOString().slice(0, 10);
  if (step.kind === "lesson" && course.seen[step.id] !== today) {
    await change(course.id, (now) => void (now.seen[step.id] = today));
    await queue(course.person, { kind: "seen", lesson: step.id }, step);
    await send();
  }
  await renew(course, step).catch(() => {});
}

const keptStandIn = async () => (await caches.open(PAGES)).match((await fact("standIn").catch(() => "")) ?? "");
const standIn = async () => (await keptStandIn()) ?? Response.error();

async function keepStandIn(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) return;
  for (const path of filesIn(await answer.clone().text())) await fetchInto(FILES, path);
  await (await caches.open(PAGES)).put(address, answer);
  await note("standIn", address);
}

// -- What learners do -----------------------------------------------------------------------------------------------

const numbers = (text) => text.split(",").filter(Boolean).map((range) => range.split("-").map(Number));
const WORK = [
  [/\/my\/lessons\/(\d+)\/done$/, "lesson", () => ({ kind: "done" })],
  [/\/my\/lessons\/(\d+)\/media\/(\d+)\/read$/, "lesson", (_, [item]) => ({ kind: "read", recording: Number(item) })],
  [
    /\/my\/lessons\/(\d+)\/media\/(\d+)\/watched$/,
    "lesson",
    (form, [item]) => ({
      kind: "watched",
      recording: Number(item),
      ranges: numbers(form.get("ranges") ?? ""),
      position: Number(form.get("position")) || 0,
    }),
  ],
  [
    /\/my\/reflections\/(\d+)\/([0-9a-f-]{36})$/,
    "lesson",
    (form, [block]) => ({
      kind: "reflection",
      block,
      text: (form.get("text") ?? "").replace(/\r\n?/g, "\n"),
      ...(form.get("seen") ? { seen: form.get("seen") } : {}),
    }),
  ],
  [
    /\/my\/quizzes\/(\d+)\/answers$/,
    "quiz",
    (form) => ({ kind: "answers", attempt: Number(form.get("attempt")), fields: fieldsOf(form) }),
  ],
];

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of form) if (/^q\d/.test(name) && value) (fields[name] ??= []).push(value);
  return fields;
}

function queue(person, facts, step) {
  const event = { id: crypto.randomUUID(), at: new Date().toISOString(), ...facts };
  return write("work", (all) => all.add({ person, event, title: step?.title ?? "", url: step?.url ?? "" }));
}

// Of a saved course it is written down first and sent from there; of any other, only where the line fails.
async function take(event, path, [pattern, kind, make]) {
  const [, id, ...rest] = path.match(pattern);
  const sending = event.request.clone();
  const form = await event.request.formData();
  const { course, step } = await stepOf(kind, Number(id)).catch(() => ({})); // a browser that keeps nothing
  const isDraft = kind === "quiz" && form.has("save");
  if (!course || (kind === "quiz" && Number(form.get("attempt")) !== step.attempt)) {
    try {
      return await fetch(sending);
    } catch (problem) {
      const person = await fact("person").catch(() => null);
      if (!person || isDraft) throw problem;
      await queue(person, { [kind]: Number(id), ...make(form, rest) }, step);
      return event.request.mode === "navigate" ? standIn() : Response.json({});
    }
  }
  if (isDraft) return keepDraft(event, sending, course, step, form);
  const facts = make(form, rest);
  await queue(course.person, { [kind]: step.id, ...facts }, step);
  if (facts.kind === "done") await change(course.id, (now) => void (now.done[step.id] = true));
  const sent = send();
  event.waitUntil(sent);
  if (facts.kind === "watched") return Response.json({ position: facts.position });
  const steps = stepsOf(course);
  const following = steps[steps.findIndex((one) => one.url === step.url) + 1];
  if (facts.kind === "answers" || !following) await Promise.race([sent, after(SHORT_MS)]);
  if (facts.kind === "answers") {
    const isWaiting = (await workOf(course.person)).some((one) => one.event.attempt === step.attempt);
    return Response.redirect(isWaiting ? step.url : `${prefixOf(course)}my/attempts/${step.attempt}/`, 303);
  }
  if (facts.kind === "reflection") return Response.redirect(`${step.url}#r-${facts.block.slice(0, 8)}`, 303);
  return Response.redirect(facts.kind === "done" ? (following?.url ?? course.manifest.url) : `${step.url}#done`, 303);
}

async function keepDraft(event, sending, course, step, form) {
  await write("drafts", (all) => all.put(fieldsOf(form), `${course.person}/${step.attempt}`));
  const sent = ask(sending).catch(() => null); // it is safe here, and goes along when it is handed in
  event.waitUntil(sent);
  if (event.request.mode !== "navigate") return new Response(null, { status: 204 });
  return Response.redirect(step.url, 303);
}

// -- Sending it -----------------------------------------------------------------------------------------------------

let session = null; // who is signed in, and the token that a POST must carry

async function introduce() {
  const answer = await ask("/my/sync/", { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw "signed-out";
  if (!answer.ok) throw "failed";
  session = await answer.json();
}

let sending = null;
function send() {
  sending ??= navigator.locks
    .request("offline-send", sendAll)
    .catch((problem) => (typeof problem === "string" ? problem : "failed"))
    .then(async (problem) => {
      sending = null;
      await tellAll(problem);
    });
  return sending;
}

async function sendAll() {
  const touched = new Set();
  const waits = new Set(); // what the academy wants to be asked again
  for (;;) {
    const person = session?.person ?? (await fact("person"));
    if (!person || !(await workOf(person)).some((one) => !waits.has(one.number))) break;
    if (!session) {
      await introduce();
      continue; // the work of whoever is signed in, who may be somebody else by now
    }
    const rows = (await workOf(person)).filter((one) => !waits.has(one.number)).slice(0, MOST_EVENTS);
    while (rows.length > 1 && JSON.stringify(rows).length > MOST_BYTES) rows.pop();
    const answers = await post(rows);
    if (!answers) continue;
    for (const [index, row] of rows.entries()) {
      const { id, state, reason } = answers[index] ?? {};
      if (id !== row.event.id || state === "later") waits.add(row.number);
      else await settle(row, state, reason);
      if (["answers", "reflection"].includes(row.event.kind)) touched.add(row.event.lesson ?? row.event.quiz);
    }
  }
  for (const course of touched.size ? await courses() : [])
    if (stepsOf(course).some((step) => touched.has(step.id))) await renew(course, null, true).catch(() => {});
}

async function post(rows) {
  const answer = await ask("/my/sync/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": session.token },
    body: JSON.stringify({
      version: 1,
      person: session.person,
      sent_at: new Date().toISOString(),
      events: rows.map((row) => row.event),
    }),
  });
  if (answer.ok) return (await answer.json()).events;
  const renewed = session.renewed;
  session = null;
  if (answer.status === 401) throw "signed-out";
  if (![403, 409].includes(answer.status) || renewed) throw "failed";
  await introduce();
  session.renewed = true;
  return null;
}

// It leaves the queue only now that the academy has answered for it.
async function settle({ number, person, event, title, url }, state, reason) {
  if (state === "refused" || (state === "known" && reason))
    await write("refused", (all) => all.put({ id: event.id, person, event, title, url, reason }));
  await write("work", (all) => all.delete(number));
  if (event.kind !== "answers") return;
  await write("drafts", (all) => all.delete(`${person}/${event.attempt}`));
  const { course } = await stepOf("quiz", event.quiz);
  if (course && state !== "refused") await change(course.id, (now) => void (now.sent[event.attempt] = true));
}

async function stateOf(problem) {
  const person = await fact("person");
  const work = person ? await workOf(person) : [];
  const refused = person ? await refusedOf(person) : [];
  return { waiting: work.filter(({ event }) => event.kind !== "seen").length, unsent: work.length, refused: refused.length, problem };
}

async function tellAll(problem) {
  const state = await stateOf(problem);
  for (const client of await clients.matchAll()) client.postMessage({ type: "state", ...state });
}

// -- What pages ask for ---------------------------------------------------------------------------------------------

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

// -- The door -------------------------------------------------------------------------------------------------------

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
  if (name === FILES && answer.ok) cache.put(request, answer.clone()).catch(() => {}); // a full phone is no reason to show nothing
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
