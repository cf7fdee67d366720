// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { file, runFiles } from '../runner/project.ts'

t.setTimeout(600_000)

t.test('each row of a table is a scenario of its own, called after it', async t => {
  const { outcomes, exitCode, stdout } = await runFiles(t, {
    'a.ts': file(`export default [
      scenario.each([{ mtu: 1450, via: { name: 'vxlan' } }, { mtu: 1500, via: { name: 'veth' } }])(
        'MTU $mtu over $via.name', ({ note }, { mtu }) => note('got ' + mtu)),
      scenario.each([['web', 'db'], ['db', 'web']])('%s to %s', (_, [from, to]) => {
        if (from === to) throw new Error('no row')
      }),
      scenario.each(['日本語', '\\x1b[31mred'])('%s', () => {}),
      scenario.each([1, 2])('plain', (_, n) => { if (n === 2) throw new Error('two') }),
      scenario.each([0.5])((n, i) => n + ' at ' + i, () => {}),
      scenario.each(['a'])('100 %% %#: %s', { tags: ['x'], retries: 1 }, () => {}),
    ]`),
  })
  t.strictSame(outcomes, [
    'MTU 1450 over vxlan passed',
    'MTU 1500 over veth passed',
    'web to db passed',
    'db to web passed',
    '日本語 passed',
    '\x1b[31mred passed',
    'plain (1) passed',
    'plain (2) failed',
    '0.5 at 0 passed',
    '100 % 1: a passed',
  ])
  t.match(stdout, 'got 1450')
  t.notMatch(stdout, '\x1b[31m')
  t.equal(exitCode, 1)
})

t.test('rows are selected by their names and by the tags of the table', async t => {
  const { outcomes } = await runFiles(
    t,
    {
      'a.ts': file(`export default [
        scenario.each([1, 2, 3])('in %s', { tags: ['in'] }, () => {}),
        scenario.each([1, 2])('out %s', () => {}),
      ]`),
    },
    ['a.ts', '--tag', 'in', '--filter', '2', '--filter', '3'],
  )
  t.strictSame(outcomes, ['in 2 passed', 'in 3 passed'])
})

t.test('rows of another kind are of that kind', async t => {
  const { outcomes } = await runFiles(t, {
    'a.ts': file(`export default [
      scenario.skip.each([1])('s %s', () => { throw new Error('it ran') }),
      scenario.fails.each([1])('f %s', () => { throw new Error('as it should') }),
    ]`),
  })
  t.strictSame(outcomes, ['s 1 skipped', 'f 1 passed'])
})

t.test('a table without rows is misuse', async t => {
  const { ends, exitCode } = await runFiles(t, {
    'a.ts': file("export default scenario.each([])('x %s', () => {})"),
  })
  t.match(ends[0]?.error, { code: 'TNET_SCENARIO_INVALID', at: 'a.ts:2' })
  t.equal(exitCode, 2)
})

t.test('names of any kind tell scenarios apart, and come through as they are', async t => {
  const names = [
    'with\nnewline',
    '  spaces  ',
    '\u0000nul',
    '\ud800 lone',
    ']]> </script> <!--',
    '| `x` ::error:: %0A # \\',
    'x'.repeat(10_000),
    '🐟'.repeat(100),
    '__proto__',
  ]
  const { outcomes, exitCode, broken } = await runFiles(t, {
    'a.ts': file(`export default scenario.each(${JSON.stringify(names)})('%s', () => {})`),
  })
  t.strictSame(
    outcomes,
    names.map(name => `${name} passed`),
  )
  t.equal(exitCode, 0)
  t.strictSame(broken, [])
})
