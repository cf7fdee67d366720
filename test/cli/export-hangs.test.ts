import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { inSandbox } from '../../src/cli/export/in-sandbox.ts'
import { scratch } from './command-line.ts'

t.test('of a script that does not end it is said that it does not', async t => {
  const program = path.join(scratch(t), 'program.mjs')
  fs.writeFileSync(program, 'setInterval(() => {}, 1000)')
  t.intercept(process, 'argv', { value: [process.execPath, program] })
  const { exitCode, stderr } = await inSandbox('sleep infinity', 200)
  t.equal(exitCode, null)
  t.match(stderr, /it was not over after 0\.2 s: a command of it does not end$/)
})
