import { PassThrough } from 'node:stream'
import t from 'tap'
import { Tail } from '../../src/lab/tail.ts'

t.test('what was printed is there as it came, until it is too much', t => {
  const tail = new Tail(10)
  t.equal(tail.text, '')
  for (const word of ['one ', 'two ', 'three']) tail.add(word)
  t.equal(tail.text, ' two three')
  tail.add('x'.repeat(100))
  t.equal(tail.text, 'x'.repeat(10))
  t.end()
})

t.test('no character is cut in two at the beginning', t => {
  const tail = new Tail(7)
  tail.add('日本語')
  t.equal(tail.text, '本語')
  tail.add('é')
  t.equal(tail.text, '語é')
  t.end()
})

t.test('nor where a stream is, and another listener gets the same bytes', async t => {
  const stream = new PassThrough()
  const tail = new Tail(1000)
  tail.listen(stream)
  const heard: Buffer[] = []
  stream.on('data', (chunk: Buffer) => heard.push(chunk))
  const bytes = Buffer.from('日本語 🚀\n')
  for (const byte of bytes) stream.write(Buffer.from([byte]))
  stream.end(Buffer.from([0xe6]))
  await new Promise(resolve => stream.once('close', resolve))
  t.equal(tail.text, '日本語 🚀\n\uFFFD')
  t.strictSame(Buffer.concat(heard), Buffer.concat([bytes, Buffer.from([0xe6])]))
})

t.test('two streams mix by pieces, not by bytes', t => {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const tail = new Tail(1000)
  tail.listen(out)
  tail.listen(err)
  const [first, ...rest] = Buffer.from('本')
  out.emit('data', Buffer.from([first ?? 0]))
  err.emit('data', Buffer.from('error '))
  out.emit('data', Buffer.from(rest))
  t.equal(tail.text, 'error 本')
  t.end()
})

t.test('a lot in small pieces keeps no more than twice what was asked for', t => {
  const tail = new Tail(1000)
  for (let n = 0; n < 100_000; n++) tail.add(`${n}\n`)
  t.match(tail.text, /^\d*\n[^]*99998\n99999\n$/)
  t.equal(tail.text.length, 1000)
  t.end()
})
