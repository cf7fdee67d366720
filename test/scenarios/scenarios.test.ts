import fs from 'node:fs'
import t from 'tap'
import { ended, start } from '../cli/command-line.ts'

t.setTimeout(120_000)
const scenarios = fs.readdirSync('scenarios').filter(name => name.endsWith('.ts'))

for (const name of scenarios) {
  t.test(`scenarios/${name} passes`, async t => {
    const { exitCode, stdout, stderr } = await ended(start(['run', name]))
    t.equal(exitCode, 0, exitCode === 0 ? 'it passes' : stdout + stderr)
  })

  t.test(`scenarios/${name} begins with its drawing`, async t => {
    t.match(fs.readFileSync(`scenarios/${name}`, 'utf8'), /^\/\*\*\n \* .*[─═]/)
  })
}
