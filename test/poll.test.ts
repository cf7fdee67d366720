import t from 'tap'
import { poll } from '../src/poll.ts'

t.test('it returns what came, and asks no more', async t => {
  let asked = 0
  const result = await poll(() => (++asked === 3 ? 'there' : undefined))
  t.equal(result, 'there')
  t.equal(asked, 3)
})

t.test('at the deadline it looks once more, then gives up', async t => {
  let asked = 0
  t.equal(await poll(() => void asked++, { timeoutMs: 20 }), undefined)
  t.ok(asked >= 2)
})

t.test('what the attempt throws comes through', async t => {
  await t.rejects(
    poll(() => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
})
