import t from 'tap'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'
import { fixture, spelled } from '../documents/spelled.ts'

for (const name of ['docker-bridge', 'veth-bridge-iptables']) {
  void t.test(`every command of ${name}.md is found, with what the document shows of it`, t => {
    const document = readDocument(fixture(`${name}.md`), `${name}.md`)
    t.equal(spelled(typedIn(document)), fixture(`${name}.typed.txt`))
    t.strictSame(document.remarks, [])
    t.end()
  })
}

void t.test('what is said around a command is kept beside it', t => {
  const document = readDocument(fixture('veth-bridge-iptables.md'), 'a.md')
  const { commands } = typedIn(document)
  const ping = commands.find(({ text }) => text.includes('ping 114.114.114.114'))
  t.strictSame(ping?.headings, ['容器网络', '网络拓扑图', '外网'])
  t.strictSame(ping?.before, [])
  t.strictSame(ping?.after, ['发现是ping不通的', '抓Bridge设备'])
  const add = commands.find(({ text }) => text.includes('# 创建名为 ns1'))
  t.strictSame(
    add?.before,
    ['Linux Bridge', '二层交换。'].slice(1).concat('创建Veth设备并将一端移入Namespace'),
  )
  t.strictSame(add?.after, ['创建名为 ns1 的Network Namespace'])
  t.end()
})
