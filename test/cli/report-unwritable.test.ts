// Once, as an ordinary user: who runs it makes no difference here, and /dev/full is not ours.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start, story } from './command-line.ts'

for (const name of ['terminal', 'tap', 'junit', 'jsonl', 'html']) {
  t.test(`where ${name} has no room it says so, and the other reports are written`, async t => {
    const cwd = scratch(t)
    fs.writeFileSync(path.join(cwd, 'story.ts'), story("console.log('hello')"))
    const other = name === 'tap' ? 'jsonl' : 'tap'
    const args = ['run', 'story.ts', '-r', `${name}=/dev/full`, '-r', `${other}=other`]
    const { exitCode, stderr } = await ended(start(args, { cwd }))
    t.equal(exitCode, 4)
    t.match(stderr, /^EnvironmentError TNET_REPORT_UNWRITABLE: could not write .*\/dev\/full\n/)
    t.notMatch(stderr, /^ +at /m, 'no stack')
    const whole = other === 'tap' ? /^1\.\.1$/m : /"type":"run-end"/
    if (name !== 'html') t.match(fs.readFileSync(path.join(cwd, 'other'), 'utf8'), whole)
    t.ok(fs.statSync('/dev/full').isCharacterDevice())
  })
}

t.test('of two that have no room both are told', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), story("console.log('hello')"))
  fs.symlinkSync('/dev/full', path.join(cwd, 'other'))
  const args = ['run', 'story.ts', '-r', 'jsonl=/dev/full', '-r', 'tap=other']
  const { exitCode, stderr } = await ended(start(args, { cwd }))
  t.equal(exitCode, 4)
  t.match(stderr, /could not write to \/dev\/full\n[^]*besides +could not write to other\n/)
})

t.test(
  'nor does one without room keep the others of tnet-lab report from being written',
  async t => {
    const cwd = scratch(t)
    fs.writeFileSync(path.join(cwd, 'story.ts'), story("console.log('hello')"))
    await ended(start(['run', 'story.ts', '-r', 'jsonl=events.jsonl'], { cwd }))
    const args = ['report', 'events.jsonl', '-r', 'jsonl=/dev/full', '-r', 'tap=other']
    const { exitCode, stderr } = await ended(start(args, { cwd }))
    t.equal(exitCode, 4)
    t.match(stderr, /TNET_REPORT_UNWRITABLE: could not write to \/dev\/full\n/)
    t.match(fs.readFileSync(path.join(cwd, 'other'), 'utf8'), /^1\.\.1$/m)
  },
)

t.test('nor is a stack what somebody reads whose own output has no room', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), story("console.log('hello')"))
  const through = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']
  const { exitCode, stderr } = await ended(start(['run', 'story.ts'], { cwd, through }))
  t.equal(exitCode, 4)
  t.match(stderr, /^tnet-lab could not write its output: ENOSPC/)
})

const failing = story(`await lab.host('alpha'); throw new Error('no')`)

for (const place of ['html=/proc/none/x.html', 'junit=/proc/none/x.xml', 'html=/sys/none/x.html']) {
  t.test(`a place below which no folder can be made is told as any other: ${place}`, async t => {
    const cwd = scratch(t)
    fs.writeFileSync(path.join(cwd, 'story.ts'), failing)
    const child = start(['run', 'story.ts', '-r', place], { cwd })
    const late = setTimeout(() => child.kill('SIGKILL'), 100_000)
    const { exitCode, stderr } = await ended(child)
    clearTimeout(late)
    t.equal(exitCode, 4)
    t.match(stderr, /^EnvironmentError TNET_REPORT_UNWRITABLE: [^\n]*\/none\/x\.(html|xml)\n/)
  })
}

t.test('one that cannot be written costs none of the reports of an earlier run', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), failing)
  fs.writeFileSync(path.join(cwd, 'old.xml'), 'old')
  fs.mkdirSync(path.join(cwd, 'folder'))
  for (const place of ['tap=/proc/none/x', 'html=/proc/none/x', 'html=folder', 'jsonl=folder']) {
    const { exitCode } = await ended(
      start(['run', 'story.ts', '-r', 'junit=old.xml', '-r', place], { cwd }),
    )
    t.equal(exitCode, 4, place)
    t.equal(fs.readFileSync(path.join(cwd, 'old.xml'), 'utf8'), 'old', place)
  }
  t.strictSame(fs.readdirSync(cwd).sort(), ['folder', 'old.xml', 'story.ts'])
})

t.test('nor does a run wait for ever where its history cannot be kept', async t => {
  const cwd = scratch(t)
  fs.writeFileSync(path.join(cwd, 'story.ts'), failing)
  const child = start(['run', 'story.ts', '--history', '/proc/none/x/history'], { cwd })
  const late = setTimeout(() => child.kill('SIGKILL'), 100_000)
  const { exitCode, stdout } = await ended(child)
  clearTimeout(late)
  t.equal(exitCode, 1)
  t.match(stdout, /0 passed, 1 failed/)
})
