// Once, as an ordinary user: who runs it makes no difference here.
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

t.setTimeout(600_000)

for (const name of ['veth-pair', 'docker-bridge', 'linux-bridge']) {
  t.test(`${name} as a document is confirmed by walk`, async t => {
    const document = path.join(scratch(t), `${name}.md`)
    const scenario = `scenarios/${name}.ts`
    const exported = await ended(start(['export', scenario, '--format', 'md', '-o', document]))
    t.equal(exported.exitCode, 0, exported.stderr)
    const report = ['--report', path.dirname(document)]
    const walked = await ended(start(['walk', document, '-r', 'terminal', ...report]))
    t.equal(walked.exitCode, 0, walked.stdout)
    t.match(walked.stdout, /(\d+) commands: \1 run, [1-9]\d* confirmed/)
  })
}
