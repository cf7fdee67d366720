import { inspect } from 'node:util'
import t from 'tap'
import { onDefinition, scenario } from '../../src/scenario/define.ts'
import { isScenario, type Scenario, type ScenarioOptions } from '../../src/scenario/scenario.ts'

const nothing = () => {}

t.test('a scenario is what was said, and nothing else is one', t => {
  const one = scenario('one', { tags: ['a'], retries: 2 }, nothing)
  t.match(one, { name: 'one', mode: 'run', options: { tags: ['a'], retries: 2 }, source: nothing })
  t.ok(isScenario(one))
  for (const other of [undefined, null, {}, nothing, 'one']) t.notOk(isScenario(other))
  t.end()
})

for (const mode of ['skip', 'only', 'fails'] as const) {
  t.test(`scenario.${mode} is of that kind, with options and without, and so are its rows`, t => {
    const own = { mode, options: {} }
    t.match(scenario[mode]('one', nothing), own)
    t.match(scenario[mode]('one', { reason: 'why' }, nothing), { mode, options: { reason: 'why' } })
    t.match(scenario[mode].each([1, 2])('row %s', nothing), [own, own])
    t.end()
  })
}

t.test('whoever listens hears of each definition, in order', t => {
  const heard: Scenario[] = []
  onDefinition(one => heard.push(one))
  const [a, b] = [scenario('a', nothing), scenario('b', nothing)]
  onDefinition()
  scenario('c', nothing)
  t.strictSame(heard, [a, b])
  t.ok(a.order < b.order)
  t.end()
})

t.test('each row is a scenario of its own, which gets the row', async t => {
  const got: unknown[] = []
  const rows = [{ mtu: 1450 }, { mtu: 1500 }]
  const all = scenario.each(rows)('MTU $mtu', (_, row) => void got.push(row))
  t.strictSame(
    all.map(({ name }) => name),
    ['MTU 1450', 'MTU 1500'],
  )
  for (const one of all) await one.body({} as never)
  t.strictSame(got, rows)
})

/** As a script in JavaScript, or one with a cast, would say it. */
const loose = scenario as unknown as (...args: unknown[]) => Scenario

const mistakes: { args: unknown[]; message: RegExp }[] = [
  { args: [], message: /needs a name and a function/ },
  { args: ['', nothing], message: /needs a name and a function/ },
  { args: [' \n', nothing], message: /needs a name and a function/ },
  { args: ['name'], message: /needs a name and a function/ },
  { args: [nothing], message: /needs a name and a function/ },
  { args: ['name', {}], message: /needs a name and a function/ },
  { args: ['name', nothing, { tags: [] }], message: /needs a name and a function/ },
  { args: ['name', {}, undefined], message: /needs a name and a function/ },
  { args: ['name', null, nothing], message: /options of "name" are an object, not null/ },
  { args: ['name', 'slow', nothing], message: /options of "name" are an object, not 'slow'/ },
  { args: ['name', ['slow'], nothing], message: /are an object, not \[ 'slow' \]/ },
  { args: ['name', { timeout: 5 }, nothing], message: /no option "timeout"/ },
  { args: ['name', { toString: 5 }, nothing], message: /no option "toString"/ },
]

for (const { args, message } of mistakes) {
  t.test(`scenario(${args.map(arg => inspect(arg)).join(', ')}) is a mistake`, t => {
    t.throws(() => loose(...args), { code: 'TNET_SCENARIO_INVALID', message })
    t.end()
  })
}

const values: [option: keyof ScenarioOptions, good: unknown[], bad: unknown[]][] = [
  ['tags', [[], ['a', 'größe', 'a!']], ['a', [1], [''], ['a b'], ['a,b'], ['!a'], null]],
  ['requires', ['vxlan', ['vxlan', 'veth'], []], [1, [1], {}, null]],
  ['timeoutMs', [0.5, 1, 86_400_000], [0, -1, NaN, Infinity, 86_400_001, '5', null]],
  ['retries', [0, 3], [-1, 0.5, NaN, Infinity, '1', true]],
  ['reason', ['', 'why'], [1, null, ['x']]],
]

for (const [option, good, bad] of values) {
  t.test(`${option} are checked when the scenario is defined`, t => {
    for (const value of [undefined, ...good]) {
      t.match(loose('one', { [option]: value }, nothing), { options: { [option]: value } })
    }
    for (const value of bad) {
      const error = {
        code: 'TNET_SCENARIO_INVALID',
        message: new RegExp(`^${option} of "one" is `),
      }
      t.throws(() => loose('one', { [option]: value }, nothing), error)
    }
    t.end()
  })
}

for (const rows of [[], undefined, 5, 'ab', new Set([1])]) {
  t.test(`scenario.each(${inspect(rows)}) has no rows`, t => {
    const each = () => scenario.each(rows as never)('row %s', nothing)
    t.throws(each, { code: 'TNET_SCENARIO_INVALID', message: 'scenario.each needs rows' })
    t.end()
  })
}
