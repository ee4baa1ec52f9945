// static/js/offline_saving.js — saves a course on the device, says how much it is and how old, and lists what the device keeps.
// A slow phone takes a tenth of a second to learn how a language writes numbers and days (Intl), while nothing on the page
// moves. So the page brings the words for sizes, and the worker writes the days.
const lang = document.documentElement.lang.replace(/^en$/, "en-GB");
const units = document.querySelector("[data-megabytes]")?.dataset;

function size(bytes) {
  const [text, n] = bytes < 999500 ? [units.kilobytes, Math.ceil(bytes / 1000)] : [units.megabytes, (bytes / 1000000).toFixed(1)];
  return text.replace("{n}", String(n).replace(".", units.half[1]));
}
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// Sends the worker a message; each answer goes to `hear`, the last one resolves.
function ask(message, hear = () => true) {
  return new Promise(async (resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => hear(data) && (resolve(data), port1.close());
    (await navigator.serviceWorker.ready).active.postMessage({ lang, ...message }, [port2]);
  });
}

async function offer(box) {
  const words = box.dataset;
  const id = Number(words.offlineCourse);
  const [save, remove, progress, said, safari, left] = [
    "[data-save-offline]",
    "[data-remove-offline]",
    "progress",
    "[data-said]",
    "[data-safari]",
    "[data-left-behind]",
  ].map((part) => box.querySelector(part));
  const label = save.querySelector("[data-label]");
  const labelBefore = label.textContent;
  const takes = [...box.querySelectorAll("[data-take]")];
  const chosen = () => Object.fromEntries(takes.map((one) => [one.dataset.take, one.checked]));
  const sum = (sizes) => sizes.text + takes.reduce((all, one) => all + (one.checked ? sizes[one.dataset.take] : 0), 0);
  let sizes = null; // of each part; not known until the academy or the device has told
  let course = null; // as it is saved

  function show(problem) {
    for (const one of box.querySelectorAll("[data-size]")) {
      const bytes = sizes?.[one.dataset.size];
      one.textContent = bytes ? size(bytes) : "";
      one.closest("li").hidden = Boolean(sizes && !bytes);
    }
    left.hidden = !sizes?.left_behind;
    left.textContent = fill(words.left, { n: sizes?.left_behind });
    const isOther = course && takes.some((one) => one.checked !== Boolean(course.chosen[one.dataset.take]));
    safari.hidden = remove.hidden = !course;
    save.hidden = Boolean(course && !course.changed && !isOther);
    if (course) label.textContent = fill(words.update, { size: size(sum(course.missing)) });
    else label.textContent = sizes ? fill(words.withSize, { size: size(sum(sizes)) }) : labelBefore;
    const parts = course ? [fill(words.saved, { day: course.day, size: size(course.bytes) })] : [];
    if (course?.changed) parts.push(fill(words.changed, { n: course.changed }));
    said.textContent = problem ?? parts.join(" ");
  }

  function know(found) {
    course = found;
    sizes = found?.sizes ?? sizes;
    for (const one of found ? takes : []) one.checked = Boolean(found.chosen[one.dataset.take]);
    show();
  }

  for (const one of takes) one.addEventListener("change", () => show());
  save.addEventListener("click", async () => {
    const asked = { type: "save", address: words.address, chosen: chosen() };
    for (const one of [save, ...takes]) one.disabled = true;
    progress.hidden = false;
    progress.removeAttribute("value");
    navigator.storage?.persist?.();
    const hear = (told) => {
      if (told.whole) {
        progress.value = told.part / told.whole;
        said.textContent = fill(words.saving, { part: size(told.part), whole: size(told.whole) });
      }
      return told.saved || told.problem || told.more;
    };
    let answer = { more: true };
    while (answer.more) answer = await ask(asked, hear);
    progress.hidden = true;
    for (const one of [save, ...takes]) one.disabled = false;
    if (answer.saved) know(answer.saved);
    else show({ full: words.full, "signed-out": words.signedOut }[answer.problem] ?? words.failed);
    if (save.hidden) remove.focus();
  });
  remove.addEventListener("click", async () => {
    await ask({ type: "remove", id });
    know(null);
    save.focus();
  });

  know(await ask({ type: "told", id }));
  box.dataset.ready = "";
  return course ? null : (found) => ((sizes = found), show());
}

async function offerAll(boxes) {
  const unsaved = new Map();
  for (const box of boxes) {
    const sized = await offer(box);
    if (sized) unsaved.set(box.dataset.offlineCourse, sized);
  }
  if (!unsaved.size) return;
  const query = new URLSearchParams([...unsaved.keys()].map((id) => ["course", id]));
  const answer = await fetch(`${boxes[0].dataset.sizes}?${query}`).catch(() => null);
  if (!answer?.ok) return;
  for (const [id, sizes] of Object.entries(await answer.json())) unsaved.get(id)?.(sizes);
}

async function list(page) {
  const kinds = JSON.parse(page.dataset.kinds);
  const found = await ask({ type: "list" });
  const part = (name) => page.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

  function row({ title, url, text, quote = "", end, button, act }) {
    const made = part("row");
    const link = made.querySelector("a");
    link.textContent = title;
    if (url) link.href = url;
    else link.replaceWith(title);
    made.querySelector("p").textContent = text;
    made.querySelector("q").textContent = quote;
    made.querySelector("q").hidden = !quote;
    made.querySelector("[data-end]").textContent = end;
    if (button) {
      const closing = part(button);
      closing.addEventListener("click", async () => {
        await act();
        await list(page);
        document.querySelector("h1").setAttribute("tabindex", "-1");
        document.querySelector("h1").focus();
      });
      made.querySelector(".row__end").append(closing);
    }
    return made;
  }

  const moment = (at) => new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
  const rows = {
    courses: found.courses.map((course) =>
      row({
        title: course.title,
        url: course.url,
        text: fill(course.changed ? page.dataset.changed : page.dataset.savedOn, { day: course.day, n: course.changed }),
        end: size(course.bytes),
        button: "remove-button",
        act: () => ask({ type: "remove", id: course.id }),
      }),
    ),
    work: found.work
      .filter(({ event }) => event.kind !== "seen")
      .map(({ event, title, url }) => row({ title: title || kinds[event.kind], url, text: kinds[event.kind], end: moment(event.at) })),
    refused: found.refused.map(({ id, event, title, url, reason }) =>
      row({
        title: title || kinds[event.kind],
        url,
        text: `${kinds[event.kind]}: ${reason}`,
        quote: event.text,
        end: moment(event.at),
        button: "close-button",
        act: () => ask({ type: "close", id }),
      }),
    ),
  };
  for (const [name, made] of Object.entries(rows)) {
    const shown = page.querySelector(`[data-list="${name}"]`);
    const none = page.querySelector(`[data-none="${name}"]`);
    shown.replaceChildren(...made);
    shown.hidden = !made.length;
    if (none) none.hidden = Boolean(made.length);
  }
  page.querySelector("[data-refused]").hidden = !rows.refused.length;
  const others = page.querySelector("[data-others-waiting]");
  others.hidden = !found.others;
  others.textContent = fill(page.dataset.others, { n: found.others });
}

const boxes = [...document.querySelectorAll("[data-offline-course]")];
if ("serviceWorker" in navigator && navigator.locks) {
  if (boxes.length) offerAll(boxes);
  const page = document.querySelector("[data-on-this-device]");
  if (page) {
    list(page);
    navigator.serviceWorker.addEventListener("message", ({ data }) => data.type === "state" && list(page));
  }
} else for (const box of boxes) box.hidden = true;
