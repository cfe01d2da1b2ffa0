// Who said what in an article: node examples/quotations.mjs seeds/15-emoji.txt
// A string of JavaScript counts UTF-16 units, in which an emoji takes two or more: ask for these.

import { readFile } from "node:fs/promises";

const url = process.env.QUOTATIONS_URL ?? "http://127.0.0.1:8000";
const text = await readFile(process.argv[2], "utf8");

const reply = await fetch(`${url}/v1/quotations`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ text, offsets: "utf16" }),
});
const answer = await reply.json();
if (!reply.ok) {
  console.error(`${answer.title}: ${answer.detail}`);
  process.exit(1);
}
for (const { speaker, role, start, end } of answer.quotations) {
  console.log([speaker?.name ?? "?", role?.text ?? "", text.slice(start, end)].join("\t"));
}
