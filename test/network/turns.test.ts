import t from 'tap'
import { Turns } from '../../src/network/turns.ts'

t.test('work for one thing is done in order, for two at once', async t => {
  const turns = new Turns()
  const [web, db] = [{}, {}]
  const said: string[] = []
  const { promise, resolve } = deferred()
  const first = turns.take(web, async () => {
    await promise
    said.push('web 1')
    return 1
  })
  const second = turns.take(web, async () => said.push('web 2'))
  await turns.take(db, async () => said.push('db'))
  t.same(said, ['db'])
  resolve()
  t.equal(await first, 1)
  await second
  t.same(said, ['db', 'web 1', 'web 2'])
})

t.test('a failure is told to who asked, and holds up nobody', async t => {
  const turns = new Turns()
  const web = {}
  const failing = turns.take(web, async () => Promise.reject(new Error('no')))
  const next = turns.take(web, async () => 'next')
  await t.rejects(failing, { message: 'no' })
  t.equal(await next, 'next')
})

/** Not in Node 20. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => (resolve = done))
  return { promise, resolve }
}
