import t from 'tap'
import { CleanupError } from '../src/errors.ts'
import { Undo } from '../src/undo.ts'

t.test('what was done is undone last in, first out', async t => {
  const undone: string[] = []
  const undo = new Undo('a test')
  for (const name of ['a', 'b', 'c']) undo.push(name, () => void undone.push(name))
  await undo.run()
  t.strictSame(undone, ['c', 'b', 'a'])
  await undo.run()
  t.equal(undone.length, 3, 'once')
})

t.test('all of it is undone, and every failure is gathered', async t => {
  const undone: string[] = []
  const undo = new Undo('a test')
  undo.push('first', () => void undone.push('first'))
  undo.push('second', () => {
    throw new Error('stuck')
  })
  undo.push('third', () => Promise.reject(new Error('gone')))
  const thrown: unknown = await undo.run().catch((error: unknown) => error)
  t.strictSame(undone, ['first'])
  t.type(thrown, CleanupError)
  t.match(thrown, {
    message: 'could not undo a test',
    facts: { second: 'stuck', third: 'gone' },
    failures: [{ message: 'gone' }, { message: 'stuck' }],
  })
})

t.test('what is kept, and what is forgotten, is not undone', async t => {
  const undone: string[] = []
  {
    await using undo = new Undo('a test')
    undo.push('a', () => void undone.push('a'))
    undo.disarm()
    const forget = undo.push('b', () => void undone.push('b'))
    undo.push('c', () => void undone.push('c'))
    forget()
  }
  t.strictSame(undone, ['c'])
})
