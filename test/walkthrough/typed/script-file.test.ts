import t from 'tap'
import { mistakes, rows, typed, type Row } from './typed-listing.ts'

const fence = (text: string, language = '') => `\`\`\`${language}\n${text}\n\`\`\`\n\n`
const read = (...parts: string[]): Row[] => rows(typed(parts.join('\n\n')))

const script = '#!/bin/sh\n# red\nip netns add red\n\nip netns list'

void t.test('a script that is saved and run is written before, and not typed', t => {
  t.strictSame(
    read('Save this as `up.sh`:', fence(script, 'sh'), 'Then', fence('$ sh -x up.sh\nred')),
    [[`cat > up.sh <<'EOF'\n${script}\nEOF`], ['sh -x up.sh', 'red']],
  )
  t.strictSame(mistakes(`In up.sh:\n\n${fence(script)}${fence('sudo sh /tmp/up.sh')}`), [
    '4: these lines are the file /tmp/up.sh, which line 12 runs; written, not typed',
  ])
  t.strictSame(
    read(fence('$ vim up.sh'), fence(script), fence('$ chmod +x up.sh\n$ sudo ./up.sh')),
    [
      ['vim up.sh'],
      [`cat > up.sh <<'EOF' && chmod +x up.sh\n${script}\nEOF`],
      ['chmod +x up.sh'],
      ['sudo ./up.sh'],
    ],
  )
  t.match(typed(`Save as a.sh\n\n${fence(script)}${fence('sh a.sh')}`).commands, [
    { line: 4, lastLine: 8, before: ['Save as a.sh'], prompt: undefined },
    { line: 12 },
  ])
  t.end()
})

void t.test('a script that nothing names is what is run next and nothing made', t => {
  t.strictSame(read(fence(script), fence('./up.sh')), [
    [`cat > up.sh <<'EOF' && chmod +x up.sh\n${script}\nEOF`],
    ['./up.sh'],
  ])
  const plain = [['ip netns add red'], ['ip netns list']]
  for (const later of ['python3 up.py', 'sh -c "ip link"', 'echo up.sh', 'cp a up.sh\nsh up.sh']) {
    t.strictSame(read(fence(script), fence(later)).slice(0, 2), plain, later)
  }
  t.strictSame(read(fence(script), fence('#!/bin/sh\nip link'), fence('sh up.sh')), [
    ...plain,
    ["cat > up.sh <<'EOF'\n#!/bin/sh\nip link\nEOF"],
    ['sh up.sh'],
  ])
  t.end()
})

void t.test('a script that nothing runs is typed as it is', t => {
  t.strictSame(read('Save as up.sh', fence(script), fence('ip link')), [
    ['ip netns add red'],
    ['ip netns list'],
    ['ip link'],
  ])
  t.strictSame(read(fence('sh up.sh'), 'This is up.sh:', fence(script)).length, 3)
  t.end()
})

void t.test('a script that cat shows is there when nothing else makes it', t => {
  const shown = fence(`$ cat up.sh\n${script}\n$ sh up.sh`)
  t.strictSame(read(shown), [
    [`cat > up.sh <<'EOF'\n${script}\nEOF`],
    ['cat up.sh', ...script.split('\n')],
    ['sh up.sh'],
  ])
  t.strictSame(read(fence('cp a up.sh'), shown).length, 3)
  t.strictSame(read(fence(`$ cat up.sh\n${script}`)).length, 1)
  t.end()
})

void t.test(
  'lines without a first of their own are a file where the prose says to save them',
  t => {
    const server = 'import sys\nprint(sys.argv)'
    t.strictSame(read('Write `a.py`:', fence(server, 'python'), fence('python3 a.py')), [
      [`cat > a.py <<'EOF'\n${server}\nEOF`],
      ['python3 a.py'],
    ])
    t.strictSame(read('Put into a.sh:', fence('ip link'), fence('$ bash a.sh')), [
      ["cat > a.sh <<'EOF'\nip link\nEOF"],
      ['bash a.sh'],
    ])
    const create = 'Create it all with a.sh:'
    for (const [one, two] of [
      ['$ ip link', '$ bash a.sh'],
      ['sudo bash a.sh', 'sudo bash a.sh'],
    ] as const) {
      t.strictSame(read(create, fence(one), fence(two)).length, 2, one)
      t.strictSame(read(create, fence(one), fence(two))[1], [two.replace('$ ', '')], one)
    }
    t.strictSame(read(fence('$ sh a.sh'), create, fence('ip link'), fence('$ sh a.sh'))[1], [
      'ip link',
    ])
    t.end()
  },
)

void t.test('the end of a heredoc that a script has is not its end', t => {
  const text = '#!/bin/sh\ncat <<EOF\na\nEOF'
  t.strictSame(read(fence(text), fence('sh up.sh'))[0], [`cat > up.sh <<'EOF_'\n${text}\nEOF_`])
  t.end()
})
