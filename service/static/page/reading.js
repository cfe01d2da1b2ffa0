// What the page needs to know of an answer, worked out once.

import { percent } from "./dom.js";

/** Reads an answer: speakers by their ids, and the parts of each quotation that goes on after a clause. */
export function read(answer) {
  const speakers = new Map(answer.speakers.map((speaker, index) => [speaker.id, { ...speaker, number: index + 1 }]));
  const parts = new Map();
  for (const quotation of answer.quotations) {
    const before = parts.get(quotation.continues) ?? [];
    before.push(quotation);
    parts.set(quotation.id, before); // all parts share one list
  }
  return { ...answer, byId: speakers, parts };
}

/** Everybody who said a quotation, the first named first. */
export function sayers(reading, quotation) {
  const ids = [quotation.speaker?.id, ...quotation.co_speakers];
  return ids.map((id) => reading.byId.get(id)).filter(Boolean);
}

/** The speakers' numbers as they stand beside a mark. */
export const label = (speakers) => speakers.map(({ number }) => number).join("+") || "?";

const countries = new Intl.DisplayNames(["en"], { type: "region" });
const bases = { stated: "told with the quotation", scene: "from the scene", dateline: "from the dateline" };

/** How the article tells a location, and the country if it is known. */
export function about(location) {
  const country = location.country && countries.of(location.country);
  const named = country && !location.text.includes(country) ? country : null;
  return [named, bases[location.basis] ?? location.basis].filter(Boolean).join("; ");
}

/** A quotation's speaker, role and place in a sentence, for those who hear the page. */
export function inWords(reading, quotation) {
  const { role, location, confidence } = quotation;
  const names = sayers(reading, quotation).map(({ name }) => name);
  return [
    names.length ? `Said by ${names.join(" and ")}` : "The speaker is not told",
    role && `role: ${role.text}`,
    location && `place: ${location.text}`,
    `confidence ${percent(confidence)}`,
  ].filter(Boolean).join("; ");
}
