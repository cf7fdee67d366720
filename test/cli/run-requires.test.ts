import t from 'tap'
import { file, Project, runFiles, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

/** A machine where programs get no packets, whatever else it can do. */
const withoutTun = [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs tmpfs /dev/net && exec "$@"',
  'sh',
]

const needsTun = {
  'a.ts': file(`export default [
    scenario('plain', () => {}),
    scenario('veth', { requires: 'veth' }, () => {}),
    scenario('tun', { requires: ['veth', 'tun'] }, () => { throw new Error('it ran') }),
    scenario.fails('fails', { requires: 'tun' }, () => { throw new Error('it ran') }),
  ]`),
}

t.test('what this machine cannot do is skipped, and the reason says what is missing', async t => {
  const ran = await new Project(t, needsTun).run(['a.ts'], { through: withoutTun })
  t.strictSame(ran.outcomes, ['plain passed', 'veth passed', 'tun skipped', 'fails skipped'])
  t.match(ran.ends[2]?.reason, /^requires tun: .+/)
  t.match(ran.stdout, ran.ends[2]?.reason)
  t.equal(ran.exitCode, 0)
})

t.test('under --strict it has failed, and the run could not be done here', async t => {
  const ran = await new Project(t, needsTun).run(['a.ts', '--strict'], { through: withoutTun })
  t.strictSame(ran.outcomes, ['plain passed', 'veth passed', 'tun failed', 'fails failed'])
  t.match(ran.ends[2]?.error, {
    name: 'EnvironmentError',
    code: 'TNET_FEATURE_MISSING',
    message: /^scenario "tun" requires tun: /,
    hint: /\w/,
  })
  t.equal(ran.exitCode, 4)
})

t.test('where there is all that is required, it runs', async t => {
  const { outcomes } = await runFiles(t, {
    'a.ts': scenarioFile('a', '', "{ requires: ['veth', 'bridge'] }"),
  })
  t.strictSame(outcomes, ['a passed'])
})

for (const requires of ['vxlam', 'toString', '']) {
  t.test(`requires: '${requires}' is misuse, and the hint lists what there is`, async t => {
    const { ends, exitCode } = await runFiles(t, {
      'a.ts': scenarioFile('a', '', `{ requires: '${requires}' }`),
      'b.ts': scenarioFile('b'),
    })
    t.match(ends.find(({ name }) => name === 'a')?.error, {
      name: 'UsageError',
      code: 'TNET_FEATURE_UNKNOWN',
      hint: /vxlan/,
    })
    t.equal(exitCode, 2)
  })
}

t.test('a scenario that is skipped anyway may require anything', async t => {
  const text = scenarioFile('a', '', "{ requires: 'vxlam' }").replace(
    'scenario("a"',
    'scenario.skip("a"',
  )
  t.strictSame((await runFiles(t, { 'a.ts': text })).outcomes, ['a skipped'])
})
