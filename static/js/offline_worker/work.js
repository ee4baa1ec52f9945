// static/js/offline_worker/work.js — part of the worker: writes down what learners do, before it is sent.
const WATCHED = /\/my\/lessons\/(\d+)\/media\/(\d+)\/watched$/;
const numbers = (text) => text.split(",").filter(Boolean).map((range) => range.split("-").map(Number));
const WORK = [
  [/\/my\/lessons\/(\d+)\/done$/, "lesson", () => ({ kind: "done" })],
  [/\/my\/lessons\/(\d+)\/media\/(\d+)\/read$/, "lesson", (_, [item]) => ({ kind: "read", recording: Number(item) })],
  [
    WATCHED,
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
      ...basisOf(form.get("seen") ?? ""),
    }),
  ],
  [
    /\/my\/quizzes\/(\d+)\/answers$/,
    "quiz",
    (form) => ({ kind: "answers", attempt: Number(form.get("attempt")), fields: fieldsOf(form) }),
  ],
];

// What a text was written in place of: one that the academy told of, or one of this device that it may not have yet.
function basisOf(seen) {
  const earlier = seen.match(/^event:(.+)/)?.[1];
  return earlier ? { after: [earlier] } : seen ? { seen } : {};
}

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of form) if (/^q\d/.test(name) && value) (fields[name] ??= []).push(value);
  return fields;
}

// What tells more of the same takes the place of what waits: the stretches played of a recording, a text changed again.
const MORE_OF = {
  watched: (event, earlier) => {
    if (event.recording !== earlier.recording) return false;
    const ranges = union([...earlier.ranges, ...event.ranges]);
    return ranges.length <= MOST_RANGES && Object.assign(event, { ranges });
  },
  reflection: (event, earlier) => {
    if (!event.after?.includes(earlier.id)) return false; // written in another tab, of which this one knew nothing
    return Object.assign(event, { seen: earlier.seen, after: [...(earlier.after ?? []), earlier.id].slice(-MOST_EVENTS) });
  },
};

function union(ranges) {
  const joined = [];
  for (const [start, end] of [...ranges].sort((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (last && start <= last[1] + 0.5) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

function queue(person, facts, step) {
  const event = { id: crypto.randomUUID(), at: new Date().toISOString(), ...facts };
  return write("work", (all) => {
    all.index("person").getAll(person).onsuccess = ({ target }) => {
      for (const { number, event: earlier } of target.result)
        if (earlier.kind === event.kind && MORE_OF[event.kind]?.(event, earlier)) all.delete(number);
      all.add({ person, event, title: step?.title ?? "", url: step?.url ?? "" });
    };
  });
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
      if (form.has("csrfmiddlewaretoken")) return await fetch(sending);
      throw "no token"; // the page was a saved one, and the course is saved no more, or not as it was
    } catch (problem) {
      const person = await fact("person").catch(() => null);
      if (!person || isDraft) throw problem;
      await queue(person, { [kind]: Number(id), ...make(form, rest) }, step);
      event.waitUntil(send());
      return event.request.mode === "navigate" ? standIn() : Response.json({});
    }
  }
  if (isDraft) return keepDraft(event, sending, course, step, form);
  const facts = make(form, rest);
  await queue(course.person, { [kind]: step.id, ...facts }, step);
  if (facts.kind === "done") await change(course.id, (now) => void (now.done[step.id] = true));
  const watched = facts.kind === "watched" && (await noteWatched(course, step, facts));
  const sent = send();
  event.waitUntil(sent);
  if (watched) return Response.json(watched);
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

// How far somebody is with a recording, in the words of the academy; what it knows itself may be more.
async function noteWatched(course, step, { recording, ranges, position }) {
  const { seconds } = (step.recordings ?? []).find((one) => one.id === recording) ?? {};
  const unsent = (await workOf(course.person)).filter(({ event }) => event.kind === "watched" && event.recording === recording);
  const played = union([...ranges, ...unsent.flatMap(({ event }) => event.ranges)]);
  const covered = played.reduce((sum, [start, end]) => sum + end - start, 0);
  const known = course.watched?.[recording]?.share ?? 0;
  const noted = { position, share: Math.max(known, seconds ? Math.min(covered / seconds, 1) : 0) };
  await change(course.id, (now) => void (now.watched = { ...now.watched, [recording]: noted }));
  return noted;
}

async function whereOneStopped(request, path) {
  const [, lesson, recording] = path.match(WATCHED).map(Number);
  const { course } = await stepOf("lesson", lesson).catch(() => ({}));
  const noted = course?.watched?.[recording];
  const isUnsent = noted && (await workOf(course.person)).some(({ event }) => event.recording === recording);
  if (isUnsent) return Response.json(noted);
  return fetch(request).catch(() => (noted ? Response.json(noted) : Response.error()));
}
