import t from 'tap'
import { compilerSays } from './compiler.ts'

/** What an author of scenarios may write, and each of these in a file of its own compiles. */
const right: [what: string, code: string][] = [
  ['a body alone', "scenario('x', async ({ lab }) => { await lab.host('a') })"],
  [
    'a body that returns an expectation',
    "scenario('x', async ({ lab }) => expect(await lab.host('a')).toPing('192.0.2.1'))",
  ],
  ['a body that awaits nothing', "scenario('x', ({ note }) => note('y'))"],
  [
    'all options',
    "scenario('x', { tags: ['a'], requires: ['vxlan', 'veth'], timeoutMs: 1, retries: 1, reason: 'y' }, () => {})",
  ],
  ['one feature', "scenario('x', { requires: 'vxlan' }, () => {})"],
  [
    'what a step returns',
    "scenario('x', async ({ step }) => { (await step('y', () => 'text')).trim() })",
  ],
  [
    'a step with a time-out',
    "scenario('x', async ({ step }) => step('y', () => {}, { timeoutMs: 1 }))",
  ],
  [
    'code after a check that skips',
    "scenario('x', ({ skip }) => { const n = Math.random() < 1 ? 1 : skip('y'); n.toFixed() })",
  ],
  [
    'rows that are objects',
    "scenario.each([{ mtu: 1 }])('$mtu', (_, { mtu }) => { mtu.toFixed() })",
  ],
  [
    'rows that are lists',
    "scenario.each([[1, 'a'], [2, 'b']])('%s', (_, [n, s]) => { n.toFixed(); s.trim() })",
  ],
  [
    'rows that are constant',
    "scenario.each([[1, 'a'], [2, 'b']] as const)('%s', (_, [n, s]) => { n.toFixed(); s.trim() })",
  ],
  ['rows that are plain', "scenario.each(['a', 'b'])('%s', (_, s) => { s.trim() })"],
  [
    'rows called by a function',
    'scenario.each([{ mtu: 1 }])((row, i) => `${row.mtu} ${i.toFixed()}`, () => {})',
  ],
  [
    'rows with options',
    "scenario.only.each([1])('%s', { tags: ['a'] }, (_, n) => { n.toFixed() })",
  ],
  [
    'a fixture',
    "withPair('x', async ({ pair: [a, b], lab }) => { await expect(a).toPing(b); await lab.host('c') })",
  ],
  ['a fixture in rows', "withPair.each([1])('%s', ({ pair: [a] }, n) => { a.label.repeat(n) })"],
  [
    'a fixture in all kinds',
    "[withPair.skip('x', ({ pair }) => { pair[0].label }), withPair.fails('y', ({ pair }) => { pair[1].label })]",
  ],
  [
    'a fixture out of a fixture',
    `
    withPair.extend<{ first: Host }>({ first: async ({ pair }, use) => { await use(pair[0]) } })('x', async ({ first, pair }) => {
      await expect(first).toPing(pair[1])
    })`,
  ],
  [
    'fixtures that name one another',
    `
    scenario.extend<{ a: number; b: string }>({
      a: async (_, use) => { await use(1) },
      b: async ({ a }, use) => { await use(a.toFixed()) },
    })('x', ({ b }) => { b.trim() })`,
  ],
  [
    'a fixture in the place of another, with a type of its own',
    `
    withPair.extend<{ pair: string }>({ pair: async ({ pair }, use) => { await use(pair[0].label) } })('x', ({ pair }) => { pair.trim() })`,
  ],
  [
    'a helper that takes the context',
    `
    (() => {
      const helper = async ({ lab, step }: ScenarioContext) => step('y', () => lab.host('a'))
      return withPair('x', async context => { await helper(context) })
    })()`,
  ],
]

/** And each of these does not. */
const wrong: [what: string, code: string, error: RegExp][] = [
  ['no name', 'scenario(async () => {})', /Expected 2-3 arguments/],
  ['no body', "scenario('x')", /Expected 2-3 arguments/],
  [
    'options behind the body',
    "scenario('x', () => {}, { timeoutMs: 1 })",
    /no properties in common with type 'ScenarioOptions'/,
  ],
  [
    'an unknown option',
    "scenario('x', { timeout: 1 }, () => {})",
    /'timeout' does not exist in type 'ScenarioOptions'/,
  ],
  [
    'a tag that is no list',
    "scenario('x', { tags: 'a' }, () => {})",
    /not assignable to type 'readonly string\[\]'/,
  ],
  [
    'an unknown feature',
    "scenario('x', { requires: 'vxlam' }, () => {})",
    /Type '"vxlam"' is not assignable/,
  ],
  [
    'seconds as text',
    "scenario('x', { timeoutMs: '5' }, () => {})",
    /'string' is not assignable to type 'number'/,
  ],
  ['what no script has', "scenario('x', ({ labb }) => { labb })", /'labb' does not exist/],
  ['a fixture that is not there', "scenario('x', ({ pair }) => { pair })", /'pair' does not exist/],
  [
    'a fixture of another type',
    "withPair('x', ({ pair }) => { pair.trim() })",
    /'trim' does not exist on type '\[Host, Host\]'/,
  ],
  [
    'an option of a step that is not there',
    "scenario('x', ({ step }) => step('y', () => {}, { timeout: 1 }))",
    /'timeout' does not exist in type 'StepOptions'/,
  ],
  ['a step without a part', "scenario('x', ({ step }) => step('y'))", /Expected 2-3 arguments/],
  [
    'a number for a reason',
    "scenario('x', ({ skip }) => skip(5))",
    /'number' is not assignable to parameter of type 'string'/,
  ],
  [
    'a property that rows lack',
    "scenario.each([{ mtu: 1 }])('%s', (_, { mti }) => { mti })",
    /'mti' does not exist/,
  ],
  [
    'a wrong type of a row',
    "scenario.each([[1, 'a']])('%s', (_, [n]) => { n.trim() })",
    /'trim' does not exist on type 'number'/,
  ],
  ['rows that are no list', "scenario.each(5)('%s', () => {})", /No overload matches/],
  [
    'a fixture that hands out another type',
    "scenario.extend<{ n: number }>({ n: async (_, use) => { await use('1') } })",
    /'string' is not assignable to parameter of type 'number'/,
  ],
  [
    'a fixture that is promised and not made',
    'scenario.extend<{ n: number; m: number }>({ n: async (_, use) => use(1) })',
    /Property 'm' is missing/,
  ],
  [
    'a fixture that names itself',
    'scenario.extend<{ n: number }>({ n: async ({ n }, use) => use(n) })',
    /Property 'n' does not exist/,
  ],
  [
    'a fixture called as what every script has',
    'scenario.extend<{ lab: number }>({ lab: async (_: unknown, use: (n: number) => Promise<void>) => use(1) })',
    /not assignable to type 'never'/,
  ],
  [
    'an unknown option of the config',
    'defineConfig({ job: 2 })',
    /'job' does not exist in type 'Config'/,
  ],
  [
    'a wrong type in the config',
    "defineConfig({ jobs: '2' })",
    /'string' is not assignable to type 'number'/,
  ],
]

const head = `import { defineConfig, expect, scenario, type Host, type ScenarioContext } from 'tnet-lab'
const withPair = scenario.extend<{ pair: [Host, Host] }>({
  pair: async ({ lab }, use) => {
    const wan = await lab.segment('wan')
    await use([await wan.join('alpha', '192.0.2.1/24'), await wan.join('beta', '192.0.2.2/24')])
  },
})
void [defineConfig, expect, scenario, withPair]
export type Unused = [Host, ScenarioContext]
export default `

/** What the compiler says, by file. */
function compile(files: Map<string, string>): Map<string, string> {
  const said = new Map<string, string>()
  for (const line of compilerSays(files)) {
    const [, name] = /^([\w-]+\.mts)\(/.exec(line) ?? []
    if (name !== undefined) said.set(name, `${said.get(name) ?? ''}${line}\n`)
  }
  return said
}

const said = compile(
  new Map([
    ...right.map(([, code], i): [string, string] => [`right-${i}.mts`, head + code + '\n']),
    ...wrong.map(([, code], i): [string, string] => [`wrong-${i}.mts`, head + code + '\n']),
  ]),
)

for (const [i, [what]] of right.entries()) {
  t.test(`${what} compiles`, t => {
    t.equal(said.get(`right-${i}.mts`), undefined)
    t.end()
  })
}

for (const [i, [what, , error]] of wrong.entries()) {
  t.test(`${what} does not compile`, t => {
    t.match(said.get(`wrong-${i}.mts`) ?? 'it compiles', error)
    t.end()
  })
}
