import fs from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { githubReporter } from '../../src/report/github/github.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { Recording } from './streams.ts'
import { told } from './told.ts'

const error = { name: 'Error', code: 'TNET_SCENARIO_THREW', message: 'broken', facts: {}, hint: '' }

async function summary(t: Test, events: readonly RunEvent[]): Promise<string> {
  const summaryFile = path.join(t.testdir({ 'summary.md': '' }), 'summary.md')
  await told(output => githubReporter({ output, summaryFile }), events)
  return fs.readFileSync(summaryFile, 'utf8')
}

t.test('the notes of what failed are in the summary', async t => {
  const run = new Recording()
  run
    .scenario('times out')
    .note('still running when the script was over, and ended: sleep 100')
    .note('<b>')
    .fail(error)
  const text = await summary(t, run.end())
  t.match(text, '- note: still running when the script was over, and ended: sleep 100\n')
  t.match(text, '- note: &#60;b&#62;\n')
})

t.test('of many the last ones, and how many there were before', async t => {
  const run = new Recording()
  const scenario = run.scenario('talks')
  for (let i = 1; i <= 50; i++) scenario.note(`note ${i}`)
  scenario.fail(error)
  const text = await summary(t, run.end())
  t.match(text, /- 40 notes, and then\n- note: note 41\n/)
  t.match(text, '- note: note 50\n')
  t.notMatch(text, 'note 40\n')
})
