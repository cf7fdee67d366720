// Once, as an ordinary user: who runs it makes no difference here.
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { Changes } from '../../src/cli/watch/changes.ts'
import { poll } from '../../src/poll.ts'
import { ended, scratch, start } from './command-line.ts'

const saying = (text: string) =>
  `import { scenario } from 'tnet-lab'\nexport default scenario('${text}', ({ note }) => note('${text}'))\n`

/** A watched project of two scenarios, one of which has a helper. */
function project(
  t: { teardown: (undo: () => void) => void },
  words = `export const word: string = 'first'\n`,
) {
  const folder = scratch(t)
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  const remove = (name: string) => fs.rmSync(path.join(folder, name))
  write('scenarios/_words.ts', words)
  write(
    'scenarios/a.ts',
    `import { scenario } from 'tnet-lab'\nimport { word } from './_words.ts'\nexport default scenario('a', ({ note }) => note(word))\n`,
  )
  write('scenarios/b.ts', saying('b'))
  const child = start(['run', '--watch'], { cwd: folder, env: { XDG_CACHE_HOME: folder } })
  let printed = ''
  let read = 0
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  /** What was printed until it watches again, since the last time. */
  const untilWatching = async () => {
    const end = await poll(
      () => {
        const at = printed.indexOf('\nwatching ', read)
        return at < 0 ? undefined : printed.indexOf('\n', at + 1) + 1
      },
      { timeoutMs: 60_000 },
    )
    const text = printed.slice(read, end)
    read = end ?? printed.length
    return text
  }
  t.teardown(() => child.kill('SIGKILL'))
  return { child, write, remove, untilWatching }
}

t.test('--watch runs again what a saved file touches, and nothing else', async t => {
  const { child, write, untilWatching } = project(t)
  t.match(await untilWatching(), /2 passed, 0 failed.*watching 2 files\n/s)

  write('scenarios/_words.ts', `export const word: string = 'second'\n`)
  const helper = await untilWatching()
  t.match(helper, /changed: scenarios\/_words\.ts\n.*second.*1 passed/s)
  t.notMatch(helper, 'scenarios/b.ts')

  write('scenarios/c.ts', saying('a new one'))
  t.match(await untilWatching(), /changed: scenarios\/c\.ts\n.*a new one.*1 passed.*watching 3/s)

  write('scenarios/b.ts', 'export default scenario(')
  t.match(await untilWatching(), /TNET_SCENARIO_SYNTAX.*0 passed, 1 failed/s)

  write('scenarios/b.ts', saying('mended'))
  t.match(await untilWatching(), /mended.*1 passed, 0 failed/s)

  child.kill('SIGTERM')
  await ended(child)
  t.not(child.signalCode ?? child.exitCode, 0)
})

t.test('a helper that is broken or gone is waited for', async t => {
  const { write, remove, untilWatching } = project(t)
  t.match(await untilWatching(), '2 passed')

  write('scenarios/_words.ts', 'export const word =')
  t.match(await untilWatching(), /TNET_SCENARIO_SYNTAX.*0 passed, 1 failed/s)
  write('scenarios/_words.ts', `export const word = 'mended'\n`)
  t.match(await untilWatching(), /mended.*1 passed, 0 failed/s)

  remove('scenarios/_words.ts')
  t.match(await untilWatching(), /TNET_IMPORT_MISSING.*0 passed, 1 failed/s)
  write('scenarios/_words.ts', `export const word = 'back'\n`)
  t.match(await untilWatching(), /back.*1 passed, 0 failed/s)
})

t.test('a folder is looked out for until it is there again, and looked into then', async t => {
  const folder = path.join(scratch(t), 'scenarios')
  const make = () => {
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'a.ts'), '')
  }
  make()
  const changes = new Changes([folder], () => false)
  t.teardown(() => changes.close())
  await changes.ready()
  const hears = (name: string) =>
    poll(() => (changes.take().includes(name) ? true : undefined), { timeoutMs: 60_000 })
  fs.rmSync(folder, { recursive: true })
  t.ok(await hears(folder), 'that it is gone')
  make()
  t.ok(await hears(folder), 'that it is back')
  fs.writeFileSync(path.join(folder, 'b.ts'), '')
  t.ok(await hears(path.join(folder, 'b.ts')), 'what is made in it')
})

t.test('so is one that was broken when it all began', async t => {
  const { write, untilWatching } = project(t, 'export const word =')
  t.match(await untilWatching(), /TNET_SCENARIO_SYNTAX.*1 passed, 1 failed/s)
  write('scenarios/_words.ts', `export const word = 'mended'\n`)
  t.match(await untilWatching(), /mended.*1 passed, 0 failed/s)
})

t.test('Ctrl-C when the run is over, and its reports are not, is no less heard', async t => {
  const folder = scratch(t)
  fs.mkdirSync(path.join(folder, 'scenarios'))
  fs.writeFileSync(path.join(folder, 'scenarios/a.ts'), saying('a'))
  fs.writeFileSync(
    path.join(folder, 'slow.mjs'),
    `import fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
const close = async () => {
  console.log('closing')
  while (!fs.existsSync('go')) await setTimeout(10)
}
export default () => ({ tell: () => {}, close })
`,
  )
  const args = ['run', '--watch', '-r', './slow.mjs=told']
  const child = start(args, { cwd: folder, env: { XDG_CACHE_HOME: folder } })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const outcome = ended(child)
  const prints = (text: string) =>
    poll(() => (printed.includes(text) ? true : undefined), { timeoutMs: 60_000 })
  t.ok(await prints('closing\n'))
  child.kill('SIGINT')
  t.ok(await prints('\nstopping when reports are written\n'))
  fs.writeFileSync(path.join(folder, 'go'), '')
  t.equal((await outcome).exitCode, 130)
  t.notMatch(printed, 'watching')
})
