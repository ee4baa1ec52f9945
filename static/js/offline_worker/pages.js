// static/js/offline_worker/pages.js — part of the worker: shows the pages of a saved course.
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

// Of what is kept, a picture's widest file, and of a recording whatever was chosen, take the place of the others.
const withKept = (html, kept, files, word) =>
  html
    .replace(/<img\b[^>]*>/g, (image) => {
      const widest = image.match(/srcset="[^"]*?([^",\s]+)\s[^",\s]+"/)?.[1];
      return widest in kept ? image.replace(/srcset="[^"]*"/, "").replace(/\bsrc="[^"]*"/, `src="${widest}"`) : image;
    })
    .replace(/<source src="([^"]+)"/g, (source, url) => {
      const id = files.find((file) => file.url === url)?.id;
      const own = url in kept ? null : files.find((file) => file.id === id && PLAYED.test(file.url) && file.url in kept);
      return own ? `<source src="${own.url}"` : source;
    })
    .replace(/<a href="([^"]+)"\s+data-play>[\s\S]*?(?=<\/a>)/g, (link, url) => (url in kept ? link + word : link));
const partOf = (course, name) => course.manifest.shell.split(`[[#${name}]]`)[1]?.split(`[[/${name}]]`)[0] ?? "";

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
    const refused = (await refusedOf(course.person)).filter(({ event }) => placeOf(event) === step.id);
    facts.refusals = refused.map(({ event, reason }) => ({ reason, refused_text: event.text ?? "" }));
    Object.assign(facts, await (facts.is_lesson ? lessonFacts : quizFacts)(course, step, waiting));
    if (!facts.text && facts.is_lesson) return null;
  }
  const shell = manifest.shell.replace(/<html lang="[^"]*"/, `<html data-saved-page lang="${tagOf(manifest.language)}"`);
  return new Response(fill(shell, facts), {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": course.policy },
  });
}

async function lessonFacts(course, step, waiting) {
  const fragment = await (await caches.open(TEXTS)).match(course.fragments[step.id] ?? "");
  if (!fragment) return {};
  const [part, word] = [partOf(course, "reply_part"), partOf(course, "kept_part")];
  const isDone = step.done || course.done[step.id];
  const isWaiting = waiting.some((event) => event.kind === "done" && event.lesson === step.id);
  const shown = withKept(await fragment.text(), keptOf(course), step.recordings, word);
  const text = shown.replace(/<!--reply ([0-9a-f-]{36})-->/g, (_, key) => {
    const unsent = waiting.findLast((event) => event.kind === "reflection" && event.block === key);
    const stored = unsent ?? step.written[key];
    return fill(part, {
      reply_action: `${prefixOf(course)}my/reflections/${step.id}/${key}`,
      reply_id: key.slice(0, 8),
      reply_text: stored?.text,
      reply_seen: unsent ? `event:${unsent.id}` : stored?.seen,
      reply_waiting: Boolean(unsent),
    });
  });
  const address = `${prefixOf(course)}my/lessons/${step.id}`;
  const isUnsent = (kind, id) => waiting.some((event) => event.kind === kind && event.recording === id);
  const unwatched = (step.unwatched ?? []).map((one) => ({
    item: one.id,
    item_title: one.title,
    asked: one.asked,
    reached: Math.max(one.reached, Math.floor(100 * (course.watched?.[one.id]?.share ?? 0) + 1e-9)),
    read_action: `${address}/media/${one.id}/read`,
    unread: !isUnsent("read", one.id),
    watch_waiting: isUnsent("read", one.id) || isUnsent("watched", one.id),
  }));
  return {
    text,
    action: `${address}/done`,
    has_recordings: Boolean(step.recordings?.length),
    watched_action: `${address}/media/0/watched`,
    watch: unwatched.length > 0,
    unwatched,
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
  const { page, kept, found } = await visit(event, url);
  if (page) return page;
  const composed = course && (await compose(course, url.pathname).catch(() => null));
  if (!composed && kept) await say(event.resultingClientId, { since: sinceOf(kept) });
  return composed ?? kept ?? (await keptStandIn()) ?? (await found) ?? Response.error();
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
