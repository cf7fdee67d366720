import t from 'tap'
import type { Block } from '../../../src/walkthrough/document/document.ts'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'

/** A block in one line: what it is, where, and its text. */
function brief(block: Block): string {
  if (block.type === 'heading') return `${block.line} h${block.depth} ${block.text}`
  if (block.type === 'prose') return `${block.line} ${block.text}`
  const lines = block.lines.map(({ line, text }) => `${line}:${text}`)
  return `${block.line} [${block.language}] ${lines.join('|')}`
}

const blocks = (text: string) => readDocument(text, 'a.md').blocks.map(brief)
const remarks = (text: string) => readDocument(text, 'a.md').remarks

void t.test('headings, prose and listings stand in their order, with their lines', t => {
  t.strictSame(
    blocks(
      '# One\n\ntwo\nthree\n\n```bash\nip a\n\nip b\n```\n\n    ip c\n\n    ip d\n\nFour\n---\n',
    ),
    [
      '1 h1 One',
      '3 two three',
      '7 [bash] 7:ip a|8:|9:ip b',
      '12 [] 12:ip c|13:|14:ip d',
      '16 h2 Four',
    ],
  )
  t.end()
})

void t.test('listings in lists, quotes and lists in quotes keep their lines', t => {
  t.strictSame(
    blocks(
      '1. one\n\n   ```\n   $ a\n     b\n   ```\n\n   - > ```sh\n     > c\n     > ```\n     - d',
    ),
    ['1 one', '4 [] 4:$ a|5:  b', '9 [sh] 9:c', '11 d'],
  )
  t.end()
})

void t.test('prose is its plain words', t => {
  t.strictSame(
    blocks('*a* **b** `c_d` [e](http://f) ![g](h) <br> &lt;i> \\*\n\n- 1 < 2\n\n现在\n不通\nnow'),
    ['1 a b c_d e g  <i> *', '3 1 < 2', '5 现在不通 now'],
  )
  t.strictSame(blocks('| a | `b` |\n|---|:-:|\n| c | d |'), ['1 a', '1 b', '3 c', '3 d'])
  t.end()
})

void t.test('what of prose is inline code is told apart', t => {
  const { blocks } = readDocument('*`a  b`* `` c`d `` e\n\n| `f` | g |\n|---|---|\n', 'a.md')
  t.match(blocks, [
    { text: 'a  b c`d e', code: ['a  b', 'c`d'], isCell: undefined },
    { text: 'f', code: ['f'], isCell: true },
    { text: 'g', code: [], isCell: true },
  ])
  t.end()
})

void t.test('<pre> is a listing, whatever blank lines are in it', t => {
  t.strictSame(
    blocks('<pre><code class="language-bash">$ echo 1 &gt; <b>a</b>\n\n$ b\n</code></pre>\n\nc\n'),
    ['1 [bash] 1:$ echo 1 > a|2:|3:$ b', '6 c'],
  )
  t.strictSame(blocks('<div>\n<pre>\na\n\n    b\n</pre></div>\n\nc'), [
    '3 [] 3:a|4:|5:    b',
    '8 c',
  ])
  t.strictSame(blocks('<pre>a\n\n# b'), ['1 [] 1:a|2:|3:# b'])
  t.end()
})

void t.test('what stands in <details> is read, comments are not', t => {
  t.strictSame(
    blocks('<details><summary>a</summary>\n\n```\nb\n```\n</details>\n\n<!-- ip\nlink -->\n'),
    ['1 a', '4 [] 4:b'],
  )
  t.strictSame(blocks('<details>\n```sh\nb\n```\n</details>\n\nc'), ['3 [sh] 3:b', '7 c'])
  t.end()
})

void t.test('a fence that is never closed is told', t => {
  t.strictSame(remarks('a\n\n```\nb'), ['the fence of line 3 is never closed'])
  t.strictSame(remarks('> ```\n> a\n\nb'), ['the fence of line 1 is never closed'])
  t.strictSame(remarks('````\n```\n````\n\n~~~\na\n~~~'), [])
  t.strictSame(remarks('```'), ['the fence of line 1 is never closed'])
  t.end()
})

void t.test('fences that MkDocs has indented are fences', t => {
  t.strictSame(
    blocks(
      '!!! note\n\n    a\n    b\n\n    ```Bash\n    $ c\n\n    ```\n\n    ~~~\n    d\n    ~~~\n    e\n',
    ),
    ['1 !!! note', '3 a b', '7 [bash] 7:$ c|8:', '12 [] 12:d', '14 e'],
  )
  t.strictSame(blocks('    a\n    ```\n    b\n'), ['1 [] 1:a|2:```|3:b'])
  t.end()
})

void t.test('a fence within a fence was meant to be one of its own', t => {
  t.strictSame(blocks('```\na\n\n```bash\nb\n```\n'), ['2 [] 2:a|3:', '5 [bash] 5:b'])
  t.match(remarks('```\na\n```bash\nb\n```\n'), [/^another fence opens at line 3/])
  t.strictSame(blocks('````md\n```bash\nb\n```\n````'), ['2 [md] 2:```bash|3:b|4:```'])
  t.end()
})

void t.test(
  'the title is that of the front matter, the first of the highest headings, or the file',
  t => {
    const title = (text: string) => readDocument(text, 'folder/a.md').title
    t.equal(title('---\ntitle: One\n---\n# Two'), 'One')
    t.equal(title('## One\n\n# Two `x`\n\n# Three'), 'Two x')
    t.equal(title('one'), 'a.md')
    t.end()
  },
)

void t.test('line endings, a BOM, tabs and NUL are no matter', t => {
  t.strictSame(blocks('\u{FEFF}# a\r\n\r\n```\r\nb\tc\r\n\r\n```\r\n'), [
    '1 h1 a',
    '4 [] 4:b\tc|5:',
  ])
  t.strictSame(blocks('# a\r\r```\rb\r```'), ['1 h1 a', '4 [] 4:b'])
  t.strictSame(blocks('```\na\rb\u{0}\n```'), ['2 [] 2:a b\u{FFFD}'])
  t.end()
})

void t.test('a long document is read in pieces without a seam', t => {
  const part =
    'Some words.\n\n- one\n\n  ```sh\n  $ ip link\n  ```\n\n```\n$ ip route\n\n# x\n```\n\n'
  const many = 3000
  const read = blocks(part.repeat(many))
  t.equal(read.length, 4 * many)
  t.strictSame(read.slice(-4), [
    `${14 * (many - 1) + 1} Some words.`,
    `${14 * (many - 1) + 3} one`,
    `${14 * (many - 1) + 6} [sh] ${14 * (many - 1) + 6}:$ ip link`,
    `${14 * (many - 1) + 10} [] ${14 * (many - 1) + 10}:$ ip route|${14 * (many - 1) + 11}:|${14 * (many - 1) + 12}:# x`,
  ])
  const items = readDocument(
    '- a\n\n  ```sh\n  $ ip link\n\n  # x\n  # y\n  ```\n\n'.repeat(3000),
    'a.md',
  )
  t.equal(items.blocks.length, 6000)
  t.strictSame(items.remarks, [])
  const list = blocks(`${'- a\n'.repeat(15_000)}\nb`)
  t.equal(list.length, 15_001)
  t.equal(list.at(-1), '15002 b')
  t.end()
})

void t.test('what is left out of a document that is too large is told', t => {
  t.match(remarks('a\n\n'.repeat(30_000)), [/^nothing is read from line 40001 on/])
  t.match(remarks(`\`\`\`\n${'ip link\n'.repeat(400_000)}\`\`\`\n\n# a\n`), [
    /^the listing of line 1 is too long/,
  ])
  t.strictSame(
    blocks(`\`\`\`\n${'ip link\n'.repeat(400_000)}\`\`\`\n\n# a\n`).at(-1),
    '400004 h1 a',
  )
  t.match(remarks('a'.repeat(70_000)), [/^of line 1 only the first 65536 characters/])
  t.match(remarks(`${'>'.repeat(100)} a`), [/^in line 1 only the outer 40 quotes/])
  t.match(remarks('a '.repeat(9_000_000)), [/^only its first 16777216 of 18000000 characters/, /./])
  t.match(remarks('\n'.repeat(600_000)), [/^only its first 500000 of 600001 lines/])
  t.end()
})

void t.test("a blog's own fences are fences", t => {
  t.strictSame(
    blocks(
      '{% highlight bash %}\n$ ip link\n{% endhighlight %}\n\n{{< highlight sh "hl=1" >}}\na\n{{< /highlight >}}',
    ),
    ['2 [bash] 2:$ ip link', '6 [sh] 6:a'],
  )
  t.end()
})
