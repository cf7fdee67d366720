import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { Audience } from '../../src/cli/audience.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { scratch } from './command-line.ts'

const note = (text: string): RunEvent => ({ type: 'note', id: '1', atMs: 0, text })

/** A reporter of the user's own that writes what it hears to a file, a line each. */
async function listening(t: { teardown: (undo: () => void) => void }, closing = '') {
  const folder = scratch(t)
  const file = path.join(folder, 'own.mjs')
  fs.writeFileSync(
    file,
    `export default output => ({
      tell: event => output.write(event.text + '\\n'),
      close: () => { output.write('closed\\n'); ${closing} },
    })`,
  )
  const audience = new Audience()
  const outputs = ['one', 'two'].map(name => path.join(folder, name))
  const load = () =>
    audience.load(
      outputs.map(output => ({ name: file, output })),
      folder,
      false,
    )
  const heard = () =>
    outputs.map(output => fs.readFileSync(output, 'utf8').split('\n').slice(0, -1))
  return { audience, load, heard }
}

t.test('what happens before reporters are loaded is told to them then', async t => {
  const { audience, load, heard } = await listening(t)
  audience.tell(note('early'))
  await load()
  audience.tell(note('late'))
  t.strictSame(heard(), [
    ['early', 'late'],
    ['early', 'late'],
  ])
})

t.test(
  'while somebody else has the terminal nothing is told, and all of it in order then',
  async t => {
    const { audience, load, heard } = await listening(t)
    await load()
    const [first, second] = [audience.hold(), audience.hold()]
    audience.tell(note('one'))
    first()
    audience.tell(note('two'))
    t.strictSame(heard(), [[], []])
    second()
    audience.tell(note('three'))
    t.strictSame(heard()[0], ['one', 'two', 'three'])
  },
)

t.test(
  'a reporter that cannot be closed does not keep others from it, nor from what was held',
  async t => {
    const { audience, load, heard } = await listening(t, `throw new Error('oh no')`)
    await load()
    audience.hold()
    audience.tell(note('held'))
    await t.rejects(audience.close(), { code: 'TNET_REPORTER_FAILED', facts: { error: 'oh no' } })
    t.strictSame(heard(), [
      ['held', 'closed'],
      ['held', 'closed'],
    ])
  },
)
