import { readFile } from 'node:fs/promises'
import path from 'node:path'
import t from 'tap'
import { githubReporter } from '../../src/report/github/github.ts'
import { reported } from './html-reported.ts'
import { Recording } from './streams.ts'
import { plainText } from './terminal/playing.ts'

const error = { name: 'E', code: 'TNET_E', message: 'it is so', facts: {}, hint: 'change it' }

/** One that is always skipped, and one that passes, fails and is skipped. */
function run() {
  const run = new Recording()
  for (const repeat of [1, 2, 3]) run.scenario('never', { repeat }).skip('no such device')
  run.scenario('mixed', { repeat: 1 }).pass()
  run.scenario('mixed', { repeat: 2 }).fail(error)
  run.scenario('mixed', { repeat: 3 }).skip('no such device')
  run.scenario('when it runs', { repeat: 1 }).pass()
  run.scenario('when it runs', { repeat: 2 }).skip('no such device')
  return run.end()
}

t.test('what was skipped every time did not fail every time', async t => {
  const terminal = await plainText(run())
  t.match(terminal, /: never +│ skipped 3 times +│/)
  t.match(terminal, /: mixed +│ 1 of 2 passed \(50 %\), 1 skipped +│/)
  t.match(terminal, /: when it runs +│ 1 of 1 passed \(100 %\), 1 skipped +│/)
  const page = await readFile(await reported(path.join(t.testdir(), 'report'), run()), 'utf8')
  t.match(page, '>skipped 3 times<')
  t.match(page, '>1 of 2 passed (50 %), 1 skipped<')
  const summaryFile = path.join(t.testdir(), 'summary.md')
  const github = githubReporter({ output: { write() {} }, summaryFile })
  for (const event of run()) github.tell(event)
  await github.close?.()
  const summary = await readFile(summaryFile, 'utf8')
  t.match(summary, '| never | skipped: no such device |')
  t.match(summary, '| mixed | 1 of 2 passed, 1 skipped |')
})
