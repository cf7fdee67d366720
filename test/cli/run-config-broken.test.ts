// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { Project, scenarioFile } from '../runner/project.ts'

t.setTimeout(600_000)

const passing = { 'scenarios/a.ts': scenarioFile('a') }

const broken: { what: string; text: string; stderr: RegExp; exitCode?: number }[] = [
  {
    what: 'has an unknown option',
    text: 'export default { job: 2 }',
    stderr: /TNET_CONFIG_INVALID: tnet-lab\.config\.ts: there is no option "job"\n.*hint .*jobs/,
  },
  {
    what: 'has an option called as what every object has',
    text: 'export default { constructor: 2 }',
    stderr: /TNET_CONFIG_INVALID: .* there is no option "constructor"/,
  },
  {
    what: 'has a wrong type',
    text: "export default { jobs: '2' }",
    stderr: /TNET_CONFIG_INVALID: .* jobs is a whole number from 1, not ['"]2['"]/,
  },
  {
    what: 'has a function for a value',
    text: 'export default { jobs: () => 2 }',
    stderr: /TNET_CONFIG_INVALID: .* jobs is a whole number from 1/,
  },
  {
    what: 'has what JSON lacks',
    text: 'export default { seed: 1n }',
    stderr: /TNET_CONFIG_INVALID: .* seed is a whole number from 0/,
  },
  {
    what: 'exports nothing',
    text: 'export {}',
    stderr: /TNET_CONFIG_INVALID: .*does not export a config/,
  },
  { what: 'exports a list', text: 'export default []', stderr: /does not export a config/ },
  {
    what: 'exports a function',
    text: 'export default () => ({})',
    stderr: /does not export a config/,
  },
  {
    what: 'does not compile',
    text: 'export default { jobs: }',
    stderr: /TNET_SCENARIO_SYNTAX: tnet-lab\.config\.ts:1:24 does not compile/,
  },
  {
    what: 'throws',
    text: "throw new Error('no config today')",
    stderr: /tnet-lab\.config\.ts[^]*no config today|no config today[^]*tnet-lab\.config\.ts/,
  },
  {
    what: 'imports what is not there',
    text: "import 'no-such-package'\nexport default {}",
    stderr: /TNET_IMPORT_MISSING: tnet-lab\.config\.ts imports "no-such-package"/,
  },
  {
    what: 'ends the process',
    text: 'process.exit(0)',
    stderr: /tnet-lab\.config\.ts/,
  },
]

for (const { what, text, stderr } of broken) {
  t.test(`a config that ${what} is misuse, and nothing runs`, async t => {
    const project = new Project(t, { ...passing, 'tnet-lab.config.ts': text })
    const ran = await project.run()
    t.equal(ran.exitCode, 2)
    t.match(ran.stderr, stderr)
    t.notMatch(ran.stderr, /please report this/)
    t.strictSame(ran.events, [])
  })
}
