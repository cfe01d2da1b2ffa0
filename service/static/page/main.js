// The page: an article goes in, its quotations come out. Nothing is stored, here or by the service.

import { mark } from "./article.js";
import { clear, show, underline } from "./card.js";
import { command, copy } from "./copying.js";
import { byId, make, percent, plural } from "./dom.js";
import { read } from "./reading.js";
import { Failure, limits, quotations, sample } from "./service.js";
import { filter, list, reset } from "./speakers.js";

const form = byId("ask");
const field = byId("text");
const article = byId("article");
const wide = matchMedia("(min-width: 60rem)");
let limit = {};
let view = null; // what is shown: the answer read, the marks, where a span stands

async function send() {
  if (!field.value.trim()) throw new Failure("There is no article yet. Paste one, open a file or try a sample.");
  if ([...field.value].length > limit.max_characters) throw new Failure(tooLong());
  const key = byId("key").value.trim();
  const text = field.value;
  present(text, await quotations(text, key), Boolean(key));
}

const tooLong = () => `The article is too long: this service reads ${limit.max_characters.toLocaleString("en")} characters.`;

/** Does what may fail, and tells the reader when it does. */
async function attempt(what) {
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  byId("send").textContent = "Reading…";
  tell("");
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(error.message);
    if (error.needsKey) byId("key-row").hidden = false;
    (error.needsKey ? byId("key") : field).focus();
  } finally {
    form.ariaBusy = "false";
    byId("send").textContent = "Find the quotations";
  }
}

const tell = (words) => byId("error").replaceChildren(words);

function present(text, answer, withKey) {
  const reading = read(answer);
  form.hidden = true;
  byId("result").hidden = false;
  view = { reading, ...mark(article, text, reading) };
  list(reading, refilter);
  warn(text, reading.warnings);
  byId("curl").textContent = command(text, withKey);
  byId("curl-key").hidden = !withKey;
  byId("json").textContent = JSON.stringify(answer, null, 2);
  byId("found").textContent = summary(reading);
  byId("side").hidden = byId("hint").hidden = !reading.quotations.length;
  reset();
  refilter();
  scrollTo(0, 0);
  byId("found").focus({ preventScroll: true });
}

function summary({ quotations, speakers }) {
  if (!quotations.length) return "No quotations: no words in quotation marks that somebody is reported to have said";
  return `${plural(quotations.length, "quotation")} by ${plural(speakers.length, "speaker")}`;
}

function refilter() {
  const [shown, all] = [filter(view.reading, view.marks), view.reading.quotations.length];
  if (!shown.some(({ id }) => id === view.chosen)) choose(wide.matches ? shown[0] : undefined);
  byId("least-told").textContent = percent(byId("least").value);
  byId("shown").textContent = shown.length === all ? "" : `${shown.length} of ${plural(all, "quotation")} shown.`;
}

function warn(text, warnings) {
  const items = warnings.map(({ detail, start, end }) =>
    make("li", {}, `${detail} `, make("q", {}, text.slice(Math.max(0, start - 30), end + 30))),
  );
  byId("warnings").hidden = !items.length;
  byId("warnings").querySelector("ul").replaceChildren(...items);
  underline("warning", warnings.filter(({ start, end }) => start < end).map(view.range));
}

/** Makes a quotation the one that the card tells of, with the parts that belong to it. */
function choose(quotation) {
  view.chosen = quotation?.id;
  for (const element of article.querySelectorAll(".current")) element.classList.remove("current");
  if (!quotation) return clear();
  for (const { id } of view.reading.parts.get(quotation.id)) view.marks.get(id).classList.add("current");
  show(view.reading, quotation, view.range);
}

/** Explains the mark under a mouse, a finger or the focus of the keyboard. */
function pointAt({ type, target, pointerType }) {
  const element = target.closest(".quotation:not(.off)");
  if (!element) return;
  if (type === "pointermove" && pointerType === "touch") return; // a finger that scrolls points at nothing
  if (type === "focusin" && !element.matches(":focus-visible")) return; // a finger put down: its click follows
  const { id } = element.dataset;
  if (id !== view.chosen) choose(view.reading.quotations.find((quotation) => quotation.id === id));
  if (type !== "pointermove") element.scrollIntoView({ block: "nearest" }); // out from under the card of a phone
}

async function open(file) {
  if (file.size > (limit.max_body_bytes ?? 2_000_000)) throw new Failure("The file is too large for this service.");
  try {
    field.value = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Failure("The file cannot be read as text. Save it as plain text in UTF-8 first.");
  }
  count();
}

function count() {
  const length = [...field.value].length;
  const most = limit.max_characters;
  byId("count").textContent = most ? `${length.toLocaleString("en")} of ${most.toLocaleString("en")} characters` : "";
}

function back() {
  byId("result").hidden = true;
  form.hidden = false;
  field.focus();
  field.select();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(send);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) attempt(send);
});
field.addEventListener("input", count);
byId("samples").addEventListener("click", ({ target }) => {
  const { sample: name } = target.dataset;
  if (name) attempt(async () => {
    field.value = await sample(name);
    count();
    await send();
  });
});
byId("file").addEventListener("change", ({ target }) => attempt(() => open(target.files[0])).then(() => field.focus()));

form.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
for (const end of ["dragleave", "drop"]) form.addEventListener(end, () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  const [file] = event.dataTransfer.files;
  if (!file) return; // text goes into the field by itself
  event.preventDefault();
  attempt(() => open(file));
});

// Not pointerover: that comes also when the article scrolls under a mouse at rest.
for (const kind of ["pointermove", "focusin", "click"]) article.addEventListener(kind, pointAt);
byId("least").addEventListener("input", refilter);
byId("again").addEventListener("click", back);
byId("card").addEventListener("click", ({ target }) => target.closest(".close") && choose());
addEventListener("keydown", ({ key }) => key === "Escape" && view && choose());
byId("raw").addEventListener("click", ({ target }) => target.dataset.copies && copy(byId(target.dataset.copies)));

limits().then((told) => {
  limit = told;
  count();
});
