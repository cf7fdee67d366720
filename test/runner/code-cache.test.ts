// Once, as an ordinary user: it is about files.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { runDefaults } from '../../src/runner/run-options.ts'
import { sandboxFlags } from '../../src/runner/spawn-sandbox.ts'

const chunks = fileURLToPath(new URL('../../dist/chunks/', import.meta.url))

/** Whether V8 takes the code that a build has compiled, under flags. */
function isTaken(file: string, flags: readonly string[]): boolean {
  const look = `const { Module } = require('node:module'), fs = require('node:fs'), vm = require('node:vm')
    const [file] = process.argv.slice(1)
    const cachedData = fs.readFileSync(file + '.cache')
    const { cachedDataRejected } = new vm.Script(Module.wrap(fs.readFileSync(file, 'utf8')), { cachedData })
    process.exitCode = cachedDataRejected ? 1 : 0`
  const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', look, file])
  if (status !== 0 && status !== 1) throw new Error(stderr.toString())
  return status === 0
}

t.test('sandboxes take the code that was compiled for them when the package was built', async t => {
  const files = fs.readdirSync(chunks).filter(name => name.endsWith('.cache'))
  t.same(files.toSorted(), ['lab-networks.cjs.cache', 'lab-start.cjs.cache', 'lab-walks.cjs.cache'])
  for (const name of files) {
    const file = `${chunks}${name.replace(/\.cache$/, '')}`
    t.ok(isTaken(file, sandboxFlags(runDefaults.memoryBytes)), name)
    t.notOk(isTaken(file, ['--no-lazy-feedback-allocation']), `${name} under other flags`)
  }
})
