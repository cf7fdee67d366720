import t from 'tap'
import { isLinkName, linkName, namespaceName, shellWord } from '../src/names.ts'

t.test('a label that the kernel takes is a link name as it stands', async t => {
  for (const label of ['web', 'br-veth01', 'netns_A', 'eth0.7', 'a'.repeat(15)]) {
    t.equal(linkName(label), label)
  }
})

t.test('any other label becomes a name that the kernel takes, the same each time', async t => {
  const labels = ['', ' ', 'a b', 'a'.repeat(16), '日本語', '-n', '.', '..', 'a/b', '$(x)', 'a\nb']
  for (const label of labels) {
    t.ok(isLinkName(linkName(label)), linkName(label))
    t.ok(isLinkName(namespaceName(label).slice(0, 15)), namespaceName(label))
    t.equal(linkName(label), linkName(label))
  }
  t.equal(new Set(labels.map(linkName)).size, labels.length)
  t.not(linkName('container-number-1'), linkName('container-number-2'))
})

const words: [word: string, quoted: string][] = [
  ['eth0', 'eth0'],
  ['10.0.0.1/24', '10.0.0.1/24'],
  ['', `''`],
  ['a b', `'a b'`],
  [`it's`, `'it'\\''s'`],
  ['$(x)', `'$(x)'`],
]
for (const [word, quoted] of words) {
  t.test(`a shell reads ${JSON.stringify(word)} from ${quoted}`, async t => {
    t.equal(shellWord(word), quoted)
  })
}
