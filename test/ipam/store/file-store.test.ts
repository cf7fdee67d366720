import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { FileStore } from '../../../src/ipam/store/file-store.ts'

const set = (key: string, value: string) => ({ put: new Map([[key, value]]) })

/** What a store in `file` holds, as `key=value`. */
async function contents(file: string): Promise<string[]> {
  await using store = await FileStore.open(file, { fsync: false })
  return (await store.list('')).map(({ key, value }) => `${key}=${value}`)
}

t.test('what was committed is there after a restart', async t => {
  const file = path.join(t.testdir(), 'deep', 'folder', 'state')
  {
    await using store = await FileStore.open(file)
    await store.commit(set('a', '1'))
  }
  t.same(await contents(file), ['a=1'])
  await using store = await FileStore.open(file)
  await store.commit(set('b', '2'))
  t.equal((await store.get('b'))?.revision, 2, 'revisions go on')
  t.equal(fs.statSync(file).mode & 0o777, 0o600)
})

t.test('one store sees at once what another committed', async t => {
  const file = path.join(t.testdir(), 'state')
  await using one = await FileStore.open(file, { fsync: false })
  await using two = await FileStore.open(file, { fsync: false })
  await one.commit(set('a', '1'))
  t.equal((await two.get('a'))?.value, '1')
  t.notOk(await two.commit({ expect: new Map([['a', 0]]), ...set('a', '2') }))
})

t.test('cut off at any byte, it holds what was committed before', async t => {
  const file = path.join(t.testdir(), 'state')
  const ends: number[] = []
  {
    await using store = await FileStore.open(file, { fsync: false })
    ends.push(fs.statSync(file).size)
    for (const n of [1, 2, 3]) {
      await store.commit(set(`k${n}`, 'é'.repeat(n)))
      ends.push(fs.statSync(file).size)
    }
  }
  const whole = fs.readFileSync(file)
  const all = ['k1=é', 'k2=éé', 'k3=ééé']
  for (let size = ends[0]!; size <= whole.length; size++) {
    const committed = ends.filter(end => end <= size).length - 1
    for (const tail of ['', '\0\0\0', '\0\n\0']) {
      fs.writeFileSync(file, Buffer.concat([whole.subarray(0, size), Buffer.from(tail)]))
      const found = await contents(file)
      if (found.join() !== all.slice(0, committed).join()) t.same(found, all.slice(0, committed))
    }
  }
  fs.writeFileSync(file, Buffer.concat([whole.subarray(0, ends[2]), Buffer.alloc(500, 'x')]))
  await using store = await FileStore.open(file, { fsync: false })
  t.match(await store.check(), [{ code: 'TNET_FSCK_TORN', message: /^500 bytes/ }])
  await store.commit(set('k4', 'x'))
  t.same(await contents(file), ['k1=é', 'k2=éé', 'k4=x'], 'the next writer cuts it off')
  t.same(await store.check(), [])
})

t.test('a changed, lost or doubled line is damage, not data', async t => {
  const folder = t.testdir()
  const write = async (file: string, edit: (lines: string[]) => string[]) => {
    {
      await using store = await FileStore.open(file, { fsync: false })
      for (const n of [1, 2, 3]) await store.commit(set(`k${n}`, 'old'))
    }
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
    fs.writeFileSync(file, edit(lines).join('\n') + '\n')
  }
  const edits: Record<string, [(lines: string[]) => string[], RegExp, string[]]> = {
    changed: [
      l => l.map((s, n) => (n === 2 ? s.replace('old', 'new') : s)),
      /line 3: its checksum/,
      ['k1=old', 'k3=old'],
    ],
    'changed last': [
      l => l.map((s, n) => (n === 3 ? s.replace('old', 'new') : s)),
      /line 4: its checksum/,
      ['k1=old', 'k2=old'],
    ],
    lost: [
      l => l.filter((_, n) => n !== 2),
      /line 3: expected revision 2, got 3/,
      ['k1=old', 'k3=old'],
    ],
    doubled: [
      l => [...l, l[3]!],
      /line 5: expected revision 4, got 3/,
      ['k1=old', 'k2=old', 'k3=old'],
    ],
    headless: [
      l => l.map((s, n) => (n === 0 ? s.replace('0', '1') : s)),
      /line 1: its checksum/,
      ['k1=old', 'k2=old', 'k3=old'],
    ],
  }
  for (const [label, [edit, found, kept]] of Object.entries(edits)) {
    const file = path.join(folder, label)
    await write(file, edit)
    await using store = await FileStore.open(file, { fsync: false })
    const expected = { name: 'EnvironmentError', code: 'TNET_STORE_DAMAGED', facts: { found } }
    await t.rejects(store.get('k1'), expected, label)
    await t.rejects(store.commit(set('a', 'b')), expected, label)
    t.match(await store.check(), [{ code: 'TNET_FSCK_JOURNAL', message: found, isRepaired: false }])
    t.match(await store.check({ repair: true }), [{ message: found, isRepaired: true }], label)
    t.same(await store.check(), [], `${label}: repaired`)
    t.same(await contents(file), kept, `${label}: keeps what can be read`)
    t.ok(
      fs.readdirSync(folder).some(name => name.startsWith(`${label}.damaged-`)),
      'and a copy',
    )
  }
})

t.test('a snapshot without its end is damage', async t => {
  const file = path.join(t.testdir(), 'state')
  await using store = await FileStore.open(file, { fsync: false })
  const large = 'x'.repeat(70_000)
  for (const key of ['a', 'b']) await store.commit(set(key, large))
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  t.match(lines[0], /"entries":[12]/, 'it was compacted')
  fs.writeFileSync(file, lines[0] + '\n')
  await t.rejects(store.get('a'), {
    code: 'TNET_STORE_DAMAGED',
    facts: { found: /end is missing/ },
  })
})

t.test('it does not grow with what is gone, and others follow', async t => {
  const file = path.join(t.testdir(), 'state')
  await using reader = await FileStore.open(file, { fsync: false })
  await using store = await FileStore.open(file, { fsync: false })
  let largest = 0
  for (let n = 0; n < 300; n++) {
    await store.commit(set('key', `${n} ${'x'.repeat(1000)}`))
    largest = Math.max(largest, fs.statSync(file).size)
  }
  t.ok(largest < 70_000, `${largest} bytes at most`)
  t.match(await reader.get('key'), { value: /^299 /, revision: 300 })
  t.same(fs.readdirSync(path.dirname(file)).sort(), ['state', 'state.lock'])
})

t.test('what dead writers left is cleared away, and nothing else', async t => {
  const folder = t.testdir({ 'state.1-0123abcd.tmp': 'half', 'state.mine.tmp': 'x', other: 'x' })
  await using store = await FileStore.open(path.join(folder, 'state'))
  t.same(await store.list(''), [])
  t.same(fs.readdirSync(folder).sort(), ['other', 'state', 'state.lock', 'state.mine.tmp'])
})

t.test('somebody else’s file is refused, and not touched', async t => {
  const strange = { text: 'hello\nworld\n', empty: '', binary: '\0\0\n\0', version: '' }
  const folder = t.testdir(strange)
  for (const [name, content] of Object.entries(strange)) {
    const file = path.join(folder, name)
    await t.rejects(FileStore.open(file), { code: 'TNET_STORE_FORMAT', hint: /another file/ }, name)
    t.equal(fs.readFileSync(file, 'utf8'), content)
  }
})

t.test('a place that cannot be written is named', async t => {
  const folder = t.testdir({ file: '' })
  await t.rejects(FileStore.open(path.join(folder, 'file', 'state')), {
    name: 'EnvironmentError',
    code: 'TNET_STORE_FAILED',
    facts: { kernel: /EEXIST|ENOTDIR/ },
  })
})
