// What the service says of one quotation, and where in the article it has it from.

import { byId, chip, make, percent } from "./dom.js";
import { about, sayers } from "./reading.js";

/** The parts of an answer that are shown in the article, each underlined in its own way (marks.css). */
const SHOWN = { mention: (q) => q.speaker?.mention, role: (q) => q.role, location: (q) => q.location, cue: (q) => q.cue };

/** Shows `quotation` in the card, and underlines its mention, role, location and cue in the article. */
export function show(reading, quotation, range) {
  const card = byId("card");
  card.hidden = false;
  card.replaceChildren(...contents(reading, quotation));
  for (const [name, of] of Object.entries(SHOWN)) {
    const span = of(quotation);
    underline(name, span ? [range(span)] : []);
  }
}

/** Empties the card and takes the lines away. */
export function clear() {
  byId("card").hidden = true;
  Object.keys(SHOWN).forEach((name) => underline(name, []));
}

/** Paints ranges without touching the document, where the browser can. */
export function underline(name, ranges) {
  globalThis.CSS?.highlights?.set(name, new Highlight(...ranges));
}

function contents(reading, quotation) {
  const speakers = sayers(reading, quotation);
  return [
    heading(speakers),
    make("blockquote", {}, joined(reading.parts.get(quotation.id))),
    facts(quotation, speakers),
    quotation.nested.length ? nested(reading, quotation.nested) : null,
    make("button", { type: "button", class: "close", "aria-label": "Close" }, "×"),
  ].filter(Boolean);
}

function heading(speakers) {
  const names = speakers.flatMap((speaker) => [chip(speaker.number), make("span", {}, speaker.name)]);
  return make("h2", {}, ...(names.length ? names : [chip(null), "Speaker not told"]));
}

const joined = (parts) => parts.map(({ text }) => `“${text}”`).join(" … ");

function facts(quotation, speakers) {
  const { role, location, cue, confidence } = quotation;
  const mention = quotation.speaker?.mention;
  return make(
    "dl",
    {},
    ...fact("Role", role && [words("role", role.text)]),
    ...fact("Place", location && [words("location", location.text), make("small", { class: "basis" }, about(location))]),
    ...fact("Named as", mention && [words("mention", mention.text)]),
    ...fact("Cue", cue && [words("cue", cue.text)]),
    ...fact("Confidence", [
      make("meter", { min: 0, max: 1, value: confidence, "aria-hidden": "true" }),
      percent(confidence),
      make("small", {}, speakers.length ? " for the speaker" : ""),
    ]),
    ...fact("Kind", [quotation.kind === "statement" ? "At least a whole sentence" : "Part of a sentence"]),
  );
}

const words = (name, text) => make("span", { class: `line ${name}` }, text);

const fact = (name, said) => [
  make("dt", {}, name),
  make("dd", said ? {} : { class: "quiet" }, ...(said ?? ["the article does not tell"])),
];

function nested(reading, quotations) {
  const items = quotations.map(({ text, speaker }) => {
    const found = reading.byId.get(speaker);
    return make("li", {}, `“${text}” `, make("small", {}, found ? `said by ${found.name}` : "the article does not tell by whom"));
  });
  return make("section", {}, make("h3", {}, "Quoted inside"), make("ul", {}, ...items));
}
