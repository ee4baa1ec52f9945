// static/js/offline_worker/work.js — part of the worker: writes down what learners do, before it is sent.
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
