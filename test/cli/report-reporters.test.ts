// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start, story } from './command-line.ts'
import { runStart, textOf } from './recorded-events.ts'

const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0, notRun: 0 }
const runEnd = { type: 'run-end', ...counts, durationMs: 1, exitCode: 0 }

const text = textOf([runStart, runEnd])

/** A folder with the events of a run in which nothing happened, and reporters of the user's own. */
function recorded(
  t: { teardown: (undo: () => void) => void },
  modules: Readonly<Record<string, string>>,
) {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'events.jsonl'), text)
  for (const [name, code] of Object.entries(modules)) fs.writeFileSync(path.join(cwd, name), code)
  return cwd
}

t.test('a reporter never writes over the events that it is made of', async t => {
  const cwd = scratch(t)
  fs.mkdirSync(path.join(cwd, 'tnet-lab-report'))
  const file = path.join(cwd, 'tnet-lab-report', 'events.jsonl')
  fs.writeFileSync(file, text)
  fs.symlinkSync('tnet-lab-report', path.join(cwd, 'same'))

  for (const args of [
    ['tnet-lab-report', '-r', 'jsonl'],
    ['tnet-lab-report/events.jsonl', '-r', 'html', '-r', 'terminal=./same/events.jsonl'],
    ['same', '-r', 'html=tnet-lab-report/events.jsonl'],
  ]) {
    const { exitCode, stderr } = await ended(start(['report', ...args], { cwd }))
    t.equal(exitCode, 2, args.join(' '))
    t.match(stderr, /TNET_REPORTER_CLASH: reporter "\w+" would write over \S+events\.jsonl/)
    t.equal(fs.readFileSync(file, 'utf8'), text, 'and they are still there')
  }

  const { exitCode } = await ended(start(['report', 'same', '-r', 'jsonl=copy.jsonl'], { cwd }))
  t.equal(exitCode, 0)
  t.match(fs.readFileSync(path.join(cwd, 'copy.jsonl'), 'utf8'), /"run-start"[^]*"run-end"/)
})

t.test('nor do two write to one file, whatever they call it', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'events.jsonl'), text)
  for (const other of ['out', './out', path.join(cwd, 'out')]) {
    const args = ['report', 'events.jsonl', '-r', 'tap=out', '-r', `junit=${other}`]
    const { exitCode, stderr } = await ended(start(args, { cwd }))
    t.equal(exitCode, 2, other)
    t.match(stderr, /TNET_REPORTER_CLASH: reporters "tap" and "junit" both write to \S*out\n/)
  }
})

t.test('events that are asked for where --report has them anyway are written once', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), story(''))
  for (const file of ['jsonl', 'jsonl=r/events.jsonl', 'jsonl=./r/events.jsonl']) {
    const { exitCode, stderr } = await ended(
      start(['run', 'story.ts', '--report', 'r', '-r', file], { cwd }),
    )
    t.equal(exitCode, 0, `${file} ${stderr}`)
    t.match(fs.readFileSync(path.join(cwd, 'r/events.jsonl'), 'utf8'), /"run-start"[^]*"run-end"/)
  }
})

const object = `{
  tell: event => output.write(event.type + '\\n'),
  close: async () => output.write('closed\\n'),
}`

t.test('a module of your own is a reporter', async t => {
  const cwd = recorded(t, {
    'object.mjs': `await null\nexport default output => (${object})\n`,
    'function.mjs': `export default output => event => output.write(event.type + '\\n')\n`,
    'common.cjs': `module.exports = output => (${object})\n`,
  })
  for (const [name, expected] of [
    ['./object.mjs', 'run-start\nrun-end\nclosed\n'],
    ['./function.mjs', 'run-start\nrun-end\n'],
    ['./common.cjs', 'run-start\nrun-end\nclosed\n'],
  ] as const) {
    const { exitCode, stdout, stderr } = await ended(
      start(['report', 'events.jsonl', '-r', name], { cwd }),
    )
    t.same({ exitCode, stdout, stderr }, { exitCode: 0, stdout: expected, stderr: '' }, name)
  }
})

t.test('one that fails is named, and the others go on', async t => {
  const broken = `throw new Error('broken')`
  const cwd = recorded(t, {
    'throws.mjs': `export default () => () => { ${broken} }\n`,
    'rejects.mjs': `export default () => async () => { ${broken} }\n`,
    'close.mjs': `export default () => ({ tell() {}, close() { ${broken} } })\n`,
    'make.mjs': `export default () => { ${broken} }\n`,
    'seven.mjs': 'export default () => 7\n',
  })
  for (const [name, message] of [
    [
      './throws.mjs',
      /TNET_REPORTER_FAILED: .*throws\.mjs failed at "run-start"\n  error   broken\n/,
    ],
    [
      './rejects.mjs',
      /TNET_REPORTER_FAILED: .*rejects\.mjs failed at "run-start"\n  error   broken/,
    ],
    [
      './close.mjs',
      /TNET_REPORTER_FAILED: .*close\.mjs failed when it was closed\n  error   broken/,
    ],
    ['./make.mjs', /TNET_REPORTER_FAILED: .*make\.mjs failed when it was made\n  error   broken/],
    ['./seven.mjs', /TNET_REPORTER_UNKNOWN: .*seven\.mjs made neither a function nor an object/],
  ] as const) {
    const args = ['report', 'events.jsonl', '-r', name, '-r', 'html=report.html']
    const { exitCode, stderr } = await ended(start(args, { cwd }))
    t.equal(exitCode, 2, name)
    t.match(stderr, message)
    if (['./make.mjs', './seven.mjs'].includes(name)) continue
    t.match(fs.readFileSync(path.join(cwd, 'report.html'), 'utf8'), /<\/html>/, 'and is whole')
    fs.rmSync(path.join(cwd, 'report.html'))
  }
})
