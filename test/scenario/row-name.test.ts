import t from 'tap'
import { rowName } from '../../src/scenario/row-name.ts'

const rows: [pattern: string, row: unknown, name: string][] = [
  ['MTU %s', 1450, 'MTU 1450'],
  ['to %s', 'web', 'to web'],
  ['%s to %s', ['web', 'db'], 'web to db'],
  ['%s to %s', ['web'], 'web to %s'],
  ['%d, %j, %o', [1, { a: 1 }, null], '1, { a: 1 }, null'],
  ['row %#', 'x', 'row 3'],
  ['%# of %s', ['web'], '3 of web'],
  ['MTU $mtu', { mtu: 1450 }, 'MTU 1450'],
  ['$peer.port', { peer: { port: 80 } }, '80'],
  ['$peer.', { peer: 'x' }, 'x.'],
  ['$größe', { größe: 1 }, '1'],
  ['$a$b', { a: 1, b: 2 }, '12'],
  ['$mtu', { mtu: undefined }, 'undefined'],
  ['$nothing', { mtu: 1 }, '$nothing (3)'],
  ['$mtu.deep', { mtu: 1 }, '$mtu.deep (3)'],
  ['5 $', { mtu: 1 }, '5 $ (3)'],
  ['100 %% of %s', ['it'], '100 % of it'],
  ['100 %%', 'x', '100 % (3)'],
  ['%%s of %s', 'it', '%s of it'],
  ['plain', 1, 'plain (3)'],
  ['%s', Symbol('x'), 'Symbol(x)'],
  ['%s', 10n, '10n'],
  ['%s', { a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
  ['%s', Object.create(null), '[Object: null prototype] {}'],
  ['%s', [[1, 2]], '[ 1, 2 ]'],
]

for (const [pattern, row, name] of rows) {
  t.test(`the third row, called "${pattern}", is "${name}"`, t => {
    t.equal(rowName(pattern, row, 2), name)
    t.end()
  })
}

t.test('a function makes the name of the row and its index', t => {
  t.equal(
    rowName((row, index) => `${row.mtu} at ${index}`, { mtu: 9 }, 2),
    '9 at 2',
  )
  t.end()
})

t.test('what is no name is a mistake with a name', t => {
  t.throws(() => rowName(undefined as unknown as string, 1, 0), { code: 'TNET_SCENARIO_INVALID' })
  t.end()
})
