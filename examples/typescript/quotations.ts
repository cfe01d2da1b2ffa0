// Who said what in an article, with types made from the contract: docs/clients.md tells how.
// npm start -- ../../seeds/15-emoji.txt

import { readFile } from "node:fs/promises";

import createClient from "openapi-fetch";

import type { components, paths } from "./build/schema.js";

type Quotation = components["schemas"]["Quotation"];

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("give the file of an article");
const text = await readFile(file, "utf8");

const client = createClient<paths>({ baseUrl: process.env["QUOTATIONS_URL"] ?? "http://127.0.0.1:8000" });
const { data, error } = await client.POST("/v1/quotations", { body: { text, offsets: "utf16" } });
if (error) {
  console.error(`${error.title}: ${error.errors?.[0]?.detail ?? error.detail}`);
  process.exit(1);
}

const line = ({ speaker, role, start, end }: Quotation) =>
  [speaker?.name ?? "?", role?.text ?? "", text.slice(start, end)].join("\t");
console.log(data.quotations.map(line).join("\n"));
