// Answer one article after another: a JSON string a line in, compromise's own JSON a line out.
// Its packages are where the first argument says.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const nlp = createRequire(`${process.argv[2]}/`)('compromise')

for await (const line of createInterface({ input: process.stdin })) {
  const found = nlp(JSON.parse(line)).quotations().json({ offset: true, terms: false })
  console.log(JSON.stringify(found))
}
