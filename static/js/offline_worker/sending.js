// static/js/offline_worker/sending.js — part of the worker: sends what waits, and forgets it once the academy has answered.
let session = null; // who is signed in, and the token that a POST must carry

// In the language of the pages, since reasons are read there.
const academy = async () => ((await fact("standIn")) ?? "/offline/").replace(/offline\/$/, "my/sync/");

async function introduce() {
  const answer = await ask(await academy(), { headers: { Accept: "application/json" } });
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
  let most = MOST_EVENTS;
  for (;;) {
    const person = session?.person ?? (await fact("person"));
    if (!person || !(await workOf(person)).some((one) => !waits.has(one.number))) break;
    if (!session) {
      await introduce();
      continue; // the work of whoever is signed in, who may be somebody else by now
    }
    const rows = (await workOf(person)).filter((one) => !waits.has(one.number)).slice(0, most);
    while (rows.length > 1 && JSON.stringify(rows).length > MOST_BYTES) rows.pop();
    let answers = await post(rows);
    if (answers?.problem === "malformed") {
      most = 1; // one of them cannot be read: which one shows when each is sent alone
      answers = rows.length > 1 ? null : [{ id: rows[0].event.id, state: "refused", reason: answers.reason }];
    }
    if (!answers) continue;
    for (const [index, row] of rows.entries()) {
      const { id, state, reason } = answers[index] ?? {};
      if (id !== row.event.id || state === "later") waits.add(row.number);
      else await settle(row, state, reason);
      if (["answers", "reflection", "read"].includes(row.event.kind) || reason) touched.add(placeOf(row.event));
    }
  }
  for (const course of touched.size ? await courses() : [])
    if (stepsOf(course).some((step) => touched.has(step.id))) await renew(course, null, true).catch(() => {});
}

async function post(rows) {
  const answer = await ask(await academy(), {
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
  if (answer.status === 400) return answer.json();
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
  if (event.kind === "done" && reason) {
    const { course } = await stepOf("lesson", event.lesson);
    if (course) await change(course.id, (now) => void delete now.done[event.lesson]);
  }
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
