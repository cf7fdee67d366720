import t from 'tap'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'
import { WRAP } from '../../../src/walkthrough/typed/typed.ts'

/** Documents that nobody would write, or that somebody did; and what is read out of them. */
interface Odd {
  /** What is odd about it. */
  name: string
  text: string
  /** The commands. */
  typed?: string[]
  /** How many there are, where that is all that can be said. */
  count?: number
  /** What is shown of the last one. */
  shown?: string[]
  left?: string[]
  remarks?: RegExp[]
}

const MEGABYTE = 1_000_000
const fence = (text: string) => `\`\`\`\n${text}\n\`\`\`\n`
const filled = (text: string, megabytes: number) =>
  text.repeat(Math.ceil((megabytes * MEGABYTE) / text.length))

const corpus: Odd[] = [
  { name: 'nothing at all', text: '', typed: [] },
  { name: 'blank lines only', text: '\n \n\t\n', typed: [] },
  { name: 'prose without a command', text: '# a\n\nThe `ip link` command.\n', typed: [], left: [] },
  {
    name: 'comments only',
    text: fence('# ip is a tool\n## 注释'),
    typed: [],
    left: ['comments only'],
  },
  {
    name: 'front matter only',
    text: '---\ntitle: a\ntnet-lab: { forward: DROP }\n---\n',
    typed: [],
  },
  { name: 'front matter that never ends', text: '---\ntnet-lab: {\n', typed: [] },
  {
    name: 'a fence that is never closed',
    text: '# a\n\n```sh\n$ ip netns\nns1\n\n# b\n',
    typed: ['ip netns'],
    shown: ['ns1'],
    remarks: [/^the fence of line 3 is never closed/],
  },
  {
    name: 'fences of which every other lacks its end',
    text: '```sh\nip link\n\nand then\n\n```sh\nip route\n```\n',
    typed: ['ip link', 'ip route'],
    remarks: [/^another fence opens at line 6/],
  },
  {
    name: 'one heredoc that is never closed',
    text: fence('cat <<EOF\nip link\n# a\n'),
    typed: ['cat <<EOF\nip link\n# a\n\nEOF'],
  },
  {
    name: 'a quote that is never closed',
    text: fence(`echo 'a\nip link`),
    typed: ["echo 'a", 'ip link'],
  },
  {
    name: 'CRLF',
    text: '```\r\n$ ip netns\r\nns1\r\n```\r\n',
    typed: ['ip netns'],
    shown: ['ns1'],
  },
  {
    name: 'carriage returns only',
    text: '```\r$ ip netns\rns1\r```\r',
    typed: ['ip netns'],
    shown: ['ns1'],
  },
  { name: 'a byte order mark', text: `\u{FEFF}${fence('ip link')}`, typed: ['ip link'] },
  {
    name: 'tabs',
    text: '-\tone\n\n\t\t$ ip netns\n\t\t\tns1\n',
    typed: ['ip netns'],
    shown: ['\tns1'],
  },
  {
    name: 'NUL bytes',
    text: fence('$ ip link\u{0}\n\u{0}\u{0}'),
    typed: ['ip link\u{FFFD}'],
    shown: ['\u{FFFD}\u{FFFD}'],
  },
  {
    name: 'bytes of a picture',
    text: Array.from({ length: 50_000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join(''),
    typed: [],
  },
  {
    name: 'halves of surrogate pairs',
    text: fence('$ echo \u{D800}\n\u{DC00}'),
    typed: ['echo \u{D800}'],
    shown: ['\u{DC00}'],
  },
  {
    name: 'emoji',
    text: `# 🚀\n\n${fence('➜  ~ ip netns add 👩‍🔧\n❯ ip netns\n👩‍🔧')}`,
    typed: ['ip netns add 👩‍🔧', 'ip netns'],
    shown: ['👩‍🔧'],
  },
  {
    name: 'text from right to left',
    text: `# رأس\n\nشبكة\n\n${fence('# הערה\n\u{202B}ip netns add a\u{202C}\nip netns\na')}`,
    typed: ['ip netns add a', 'ip netns'],
    shown: ['a'],
  },
  {
    name: 'escapes that colour a terminal',
    text: fence('\u{1B}[1;32muser@a\u{1B}[0m:\u{1B}[34m~\u{1B}[0m$ ip netns\n\u{1B}]0;x\u{7}ns1'),
    typed: ['ip netns'],
    shown: ['ns1'],
  },
  {
    name: 'the sign that stands for a wrap',
    text: fence(`$ ip netns\n${WRAP}`),
    typed: ['ip netns'],
    shown: ['\u{FFFD}'],
  },
  {
    name: 'HTML',
    text: '<p>a</p>\n<pre>$ ip netns\nns&amp;1</pre>\n<script>\nip link\n</script>\n',
    typed: ['ip netns'],
    shown: ['ns&1'],
  },
  {
    name: 'signs that break reports',
    text: fence('$ echo "]]> </script> <!-- ::error ::%0A | `"\n]]> </script> ::error'),
    typed: ['echo "]]> </script> <!-- ::error ::%0A | `"'],
    shown: [']]> </script> ::error'],
  },
  {
    name: 'a list in a list in a quote',
    text: '> 1. a\n>    - b\n>\n>      ```console\n>      $ ip netns\n>      ns1\n>      ```\n',
    typed: ['ip netns'],
    shown: ['ns1'],
  },
  {
    name: 'ten thousand quotes in one another',
    text: `${'>'.repeat(10_000)} a\n\n${fence('ip link')}`,
    typed: ['ip link'],
    remarks: [/only the outer 40/],
  },
  {
    name: 'lists ever deeper',
    text: Array.from({ length: 500 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n'),
    typed: [],
    remarks: [/only the outer 40/],
  },
  {
    name: 'a line of five megabytes',
    text: fence(`$ echo ${filled('a', 5)}`),
    count: 1,
    remarks: [/only the first 65536/],
  },
  { name: 'thousands of fences', text: fence('ip link').repeat(5000), count: 5000, remarks: [] },
  {
    name: 'ten megabytes of a walkthrough',
    text: filled(`# a\n\nSome *words*.\n\n${fence('$ ip netns\nns1')}\n`, 10),
    count: 6666,
    remarks: [/^only its first 500000/, /^nothing is read from line/],
  },
  {
    name: 'ten megabytes of one listing',
    text: fence(`$ ip link\n${filled('a line of output\n', 10)}`),
    count: 1,
    remarks: [/^only its first 500000/, /is too long/],
  },
  {
    name: 'ten megabytes of a list',
    text: filled('- ip link\n', 10),
    count: 0,
    remarks: [/^only its first 500000/, /^nothing is read/],
  },
  {
    name: 'words that every object of JavaScript has',
    text: fence(
      '$ toString\nx\n$ constructor a\n$ ip valueOf x\n$ ip netns exec __proto__ constructor\nvalueOf: d',
    ),
    typed: ['toString', 'constructor a', 'ip valueOf x', 'ip netns exec __proto__ constructor'],
    shown: ['valueOf: d'],
  },
  { name: 'emphasis that never ends', text: filled('*a_ [b]( `\n', 0.2), typed: [] },
  {
    name: 'brackets that never end',
    text: fence('ip link add ((((\n'.repeat(8000)),
    count: 8000,
  },
  {
    name: 'options that never end',
    text: fence(`ip link \\\n${filled('  -o \\\n', 0.1)}`),
    count: 1,
  },
]

for (const { name, text, typed, count, shown, left, remarks } of corpus) {
  void t.test(name, t => {
    const document = readDocument(text, 'odd.md')
    const { commands, leftAlone } = typedIn(document)
    t.equal(commands.length, count ?? typed?.length)
    if (typed !== undefined)
      t.strictSame(
        commands.map(command => command.text),
        typed,
      )
    if (count === undefined) t.strictSame(commands.at(-1)?.shown, shown)
    if (left !== undefined)
      t.strictSame(
        leftAlone.map(({ what }) => what),
        left,
      )
    t.equal(document.remarks.length, remarks?.length ?? 0)
    for (const [i, remark] of (remarks ?? []).entries()) t.match(document.remarks[i], remark)
    t.end()
  })
}
