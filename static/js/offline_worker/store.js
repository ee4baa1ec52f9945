// static/js/offline_worker/store.js — first part of the worker that keeps saved courses on the device, shows their pages with or
// without a network, and holds what learners do until the academy has it: what is written down, and how it is read again.
// The parts are joined (static/bundles.toml) and served as /offline-worker.js; what it says stands in the pages it fills in.
const PATIENCE_MS = 8000; // a line that does not answer in this time is none
const SHORT_MS = 4000; // how long a page waits for what was just done to arrive
const SLOW_MS = 200000; // how long one file may take that is saved
const TURN_MS = 60000; // of saving at a time
const PIECE = 262144; // bytes of a recording that are fetched at once: under three minutes on the thinnest line
const FRESH_MS = 600000; // how long a saved course is not asked for again
const MOST_EVENTS = 20;
const MOST_BYTES = 150000; // of a batch
const MOST_RANGES = 300; // of a recording, told at once
const MOST_FILES = 80; // style sheets, scripts and drawings of this release and the one before
const TEXTS = "offline-texts-1";
const FILES = "offline-files-1";
const PICTURES = "offline-pictures-1"; // and captions
const MEDIA = "offline-media-1"; // recordings, each in pieces
const PAGES = "offline-pages-1";
const VISITED = "offline-visited-1";
const KEPT = [TEXTS, FILES, PICTURES, MEDIA, PAGES, VISITED];
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;
const PLAYED = /\.(mp4|m4a)$/;

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

const placeOf = (event) => event.lesson ?? event.quiz;
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
