import vm from 'node:vm'
import t from 'tap'
import { namesTaken, type Callable } from '../../src/scenario/names-taken.ts'

/** The functions are never called: only their text is read. */
const textOf = (code: string) => vm.runInThisContext(`(${code})`) as Callable

const told: [code: string, names: string[]][] = [
  ['async ({ lab, pair }) => {}', ['lab', 'pair']],
  ['({lab,pair})=>{}', ['lab', 'pair']],
  ['async () => {}', []],
  ['({}) => {}', []],
  ['_ => {}', []],
  ['async _ => {}', []],
  ['(_) => {}', []],
  ['async (_, use) => {}', []],
  ['async (_context, use) => {}', []],
  ['(_ = {}, use) => {}', []],
  ['({ _pair(_, use) {} })._pair', []],
  ['({ _pair({ lab }, use) {} })._pair', ['lab']],
  ['({ _under, $dollar }) => {}', ['_under', '$dollar']],
  ['function ({ lab }) {}', ['lab']],
  ['async function named({ lab }) {}', ['lab']],
  ['({ pair({ lab }, use) {} }).pair', ['lab']],
  ['({ async pair({ lab }, use) {} }).pair', ['lab']],
  ['({ async({ lab }, use) {} }).async', ['lab']],
  ['({ größe({ lab }, use) {} }).größe', ['lab']],
  ['({ größe, 名前, _a1, $b }) => {}', ['größe', '名前', '_a1', '$b']],
  ['({ pair: [alpha, beta], lab: { segment } }) => {}', ['pair', 'lab']],
  ['({ pair = [1, 2], lab }) => {}', ['pair', 'lab']],
  ['({ pair = { a: 1, b: 2 }, lab } = {}) => {}', ['pair', 'lab']],
  ['({ lab /* , other } */, pair }) => {}', ['lab', 'pair']],
  ['({ lab, // other,\n pair }) => {}', ['lab', 'pair']],
  ["({ url = 'http://x', lab }) => {}", ['url', 'lab']],
  ['({ url = "a, b }", lab }) => {}', ['url', 'lab']],
  ['({ url = `,}`, lab }) => {}', ['url', 'lab']],
  ["({ quote = '\\'', lab }) => {}", ['quote', 'lab']],
  ['async /* a { */ ({ lab }) => {}', ['lab']],
  ['({ lab, pair, }, row) => {}', ['lab', 'pair']],
]

for (const [code, names] of told) {
  t.test(`${code} takes ${names.join(', ') || 'nothing'}`, t => {
    t.strictSame(namesTaken(textOf(code)), names)
    t.end()
  })
}

const untold = [
  'context => {}',
  'async context => {}',
  '(context) => {}',
  '(...all) => {}',
  '(..._) => {}',
  '(under_) => {}',
  '({ lab, ...rest }) => {}',
  "({ 'lab': it }) => {}",
  "({ ['lab']: it }) => {}",
  '({ \\u006cab }) => {}',
  '(function () {}).bind(null)',
  'Math.max',
  'context => other({ lab })',
]

for (const code of untold) {
  t.test(`what ${code} takes cannot be told, so it gets all`, t => {
    t.equal(namesTaken(textOf(code)), undefined)
    t.end()
  })
}
