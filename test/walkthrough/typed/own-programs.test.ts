import t from 'tap'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'

const typed = (text: string) =>
  typedIn(readDocument(text, 'a.md')).commands.map(({ text, shown }) => [text, ...(shown ?? [])])

const fence = (text: string, language = '') => `\`\`\`${language}\n${text}\n\`\`\`\n`

t.test('what a document defines is a program from there on', async t => {
  t.same(
    typed(fence('add_pod() {\n  ip netns add "$1"\n}\nadd_pod web 10.0.0.2\nadd_pod db 10.0.0.3')),
    [['add_pod() {\n  ip netns add "$1"\n}'], ['add_pod web 10.0.0.2'], ['add_pod db 10.0.0.3']],
  )
  const alias = fence("$ alias inred='ip netns exec red'") + fence('inred ip link')
  t.same(typed(alias).at(-1), ['inred ip link'])
  t.same(typed(fence('ip netns\nadd_pod web 10.0.0.2')).length, 1, 'and nowhere else')
})

t.test('root prompts of other listings make a prompt of `# ` beside others', async t => {
  const shell = fence('# ip netns exec red bash\nred# ip link\nred# exit', 'console')
  const first = fence('# ip netns add red', 'console')
  t.same(typed(first + shell), [
    ['ip netns add red'],
    ['ip netns exec red bash'],
    ['ip link'],
    ['exit'],
  ])
  const inside = fence('$ sudo ip netns exec red bash\n# ip link')
  t.same(typed(inside + fence('# exit\n$ ip netns list')), [
    ['sudo ip netns exec red bash'],
    ['ip link'],
    ['exit'],
    ['ip netns list'],
  ])
  t.same(typed(fence('# exit\n$ ip netns list')), [['ip netns list']], 'without them, it is none')
  const rules = fence(
    '# nft list chain ip lab forward\ntable ip lab {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n# nft flush ruleset',
  )
  t.same(
    typed(first + rules).map(([text]) => text),
    ['ip netns add red', 'nft list chain ip lab forward', 'nft flush ruleset'],
  )
})

t.test('a batch is a command, and lines that name their command are its own', async t => {
  t.same(
    typed(fence('cat > /tmp/b <<EOF\nlink add br0 type bridge\nEOF\nip -batch /tmp/b')).at(-1),
    ['ip -batch /tmp/b'],
  )
  const values = 'net.ipv4.ip_forward = 0\nnet.ipv4.ip_forward = 1'
  t.same(
    typed(fence('sysctl net.ipv4.ip_forward\nsysctl -w net.ipv4.ip_forward=1') + fence(values)),
    [
      ['sysctl net.ipv4.ip_forward', 'net.ipv4.ip_forward = 0'],
      ['sysctl -w net.ipv4.ip_forward=1', 'net.ipv4.ip_forward = 1'],
    ],
  )
})
