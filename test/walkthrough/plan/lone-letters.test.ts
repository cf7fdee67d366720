import t from 'tap'
import { typedOn } from './small-document.ts'

const listings = (before: string, ...labels: string[]) =>
  `${before}\n\n${labels.map(label => `${label}\n\`\`\`\n$ ip link\n\`\`\`\n`).join('\n')}`

t.test('letters alone above commands are the machines that sentences call so', async t => {
  t.same(typedOn(listings('两台主机A和B：', 'A:', 'B:', '**C**：', '在A节点上执行')), [
    '1 node-a',
    '2 node-b',
    '3 node-c',
    '4 node-a',
  ])
  t.same(typedOn(listings('Two machines.', 'A:', 'B:')), ['1 host-a', '2 host-b'])
})

t.test('a machine is one, by whatever noun it is called', async t => {
  const text = listings('', '在A节点上执行', 'B:', '在主机A上执行', 'C:')
  t.same(typedOn(text), ['1 node-a', '2 node-b', '3 node-a', '4 node-c'])
})

t.test('a letter alone may be the answer to a question', async t => {
  t.same(typedOn(listings('Q: what is there?', 'A:', 'A:')), ['1 host', '2 host'])
})

t.test('of several letters before a noun the last is not where to go', async t => {
  const text = listings('', '在A节点上执行', '在B节点上执行', '在A和B节点上看一下')
  t.same(typedOn(text), ['1 node-a', '2 node-b', '3 node-b'])
})
