import t from 'tap'
import { withoutHeredocs } from '../../../src/walkthrough/plan/typing/heredoc.ts'
import { writtenOut } from '../../../src/walkthrough/plan/typing/reader-shell.ts'

/** What the last of some texts runs, where that is in a namespace with its name. */
const runs = (...texts: string[]) =>
  writtenOut(texts)
    .at(-1)!
    .simple.map(({ program, args, namespace }) =>
      [...(namespace === undefined ? [] : [`${namespace}:`]), program, ...args].join(' '),
    )

const cases: [what: string, texts: string[], runs: string[]][] = [
  ['a variable', ['NS=red', 'ip netns add $NS'], ['ip netns add red']],
  ['one in quotes and braces', ['A="b c"', 'x "${A}"'], ['x b c']],
  ['the last value of one', ['A=b', 'A=c; x $A', 'x $A'], ['x c']],
  ['two that are set at once', ['export A=b C=d', 'x $A$C'], ['x bd']],
  ['one that nobody knows', ['A=$(date)', 'x $A'], ['x $A']],
  ['one that was known', ['A=b', 'read A', 'x $A'], ['x $A']],
  ['a default', ['x ${A:-b}'], ['x b']],
  ['parts of one', ['A=11:good', 'x ${A#*:} ${A%:*} ${A##*o} ${A%%1*}'], ['x good 11 d']],
  ['a sum', ['i=3', 'x 10.0.0.$((i + 1))'], ['x 10.0.0.4']],
  ['an array', ['A=(b c)', 'for a in "${A[@]}"; do x $a; done'], ['x b', 'x c']],
  ['a loop over numbers', ['for i in {1..3}; do x $i; done'], ['x 1', 'x 2', 'x 3']],
  ['a loop over seq', ['N=2; for i in $(seq 1 $N); do x $i; done'], ['x 1', 'x 2']],
  ['a loop that counts', ['for ((i=1; i<3; i++)); do x $i; done'], ['x 1', 'x 2']],
  ['a loop over a list in braces', ['for i in n{a,b}; do x $i; done'], ['x na', 'x nb']],
  [
    'a loop in a loop',
    ['for a in 1 2; do for b in 3 4; do x $a$b; done; done'],
    ['x 13', 'x 14', 'x 23', 'x 24'],
  ],
  [
    'a variable that changes in a loop',
    ['i=1', 'for a in b c; do x $a $i; i=$((i+1)); done'],
    ['x b 1', 'x c 2'],
  ],
  ['a loop over what nobody knows', ['for a in $(ls); do x $a; done'], ['x $a']],
  ['and forgets what was known', ['a=b', 'for a in $(ls); do x $a; done'], ['x $a']],
  ['a loop over lines', ['while read a; do x $a; done < f'], ['read a', 'x $a']],
  ['what is behind "then" and "do"', ['if ! a; then b; else c; fi'], ['a', 'b', 'c']],
  ['a function', ['f() {\n  x "$1" $2\n}', 'f a b'], ['x a b']],
  ['a function of a line', ['function f { x $@; }', 'sudo f a b'], ['x a b']],
  ['a function that names its words', ['f() {\n  local a=$1\n  x $a\n}', 'f b'], ['x b']],
  ['a function in a namespace’s shell', ['f() { x; }', 'ip netns exec n bash -c "f"'], ['n: x']],
  ['the definition of one: nothing', ['f() { x "$1"; }'], []],
  ['an alias', ["alias n='ip netns exec red'", 'n ip link'], ['red: ip link']],
  ['a script of a heredoc', ['cat > s.sh <<EOF\nx $1\nEOF', 'sudo bash ./s.sh a'], ['x a']],
  ['one that is run by its name', ["tee /tmp/s <<'E'\nx\nE", '/tmp/s'], ['x']],
  ['one that is read in', ["cat <<'E' > env\nA=b\nE", '. ./env', 'x $A'], ['x b']],
  [
    'a file for ip -batch',
    ["cat > f <<-'E'\n\tlink add br0 type bridge\n\t# no\n\tE\nip -n red -b f"],
    ['cat', 'red: ip link add br0 type bridge'],
  ],
  ['a shell that is told what to run', ["ip netns exec n sh -c 'a; b'"], ['n: a', 'n: b']],
  ['a shell that reads a heredoc', ['sudo ip netns exec n bash <<E\na\nb\nE'], ['n: a', 'n: b']],
  ['a script that nobody shows', ['bash s.sh'], ['bash s.sh']],
]
for (const [what, texts, expected] of cases) {
  t.test(`${what} is written out`, async t => {
    t.same(runs(...texts), expected)
  })
}

t.test('what calls itself is not followed for ever', async t => {
  t.ok(runs('f() { f | f & }; f').length < 1000)
  t.ok(runs('f() { g; g; g; }\ng() { f; f; f; }', 'f').length < 1000)
  t.ok(runs(`for a in {1..64}; do for b in {1..64}; do for c in {1..64}; do x; done; done; done`))
  t.same(runs("alias ls='ls --color'", 'ls'), ['ls'])
})

t.test('nothing that is typed takes long, or is an error', async t => {
  for (const text of [
    '${'.repeat(5000),
    'a=b '.repeat(4000),
    'f() {\n'.repeat(2000),
    `${'for i in 1; do '.repeat(500)}${'done; '.repeat(500)}`,
    `A=${'a'.repeat(199)}; x \${A%%${'*a'.repeat(19)}b}`,
    '<('.repeat(3000),
    'cat <<A\n'.repeat(1000),
  ]) {
    const beganMs = performance.now()
    t.doesNotThrow(() => runs(text), text.slice(0, 12))
    t.ok(performance.now() - beganMs < 5000, `${text.slice(0, 12)} is read at once`)
  }
})

t.test('what is longer than anything that is typed is left as it is', async t => {
  t.same(runs('A=b', `x $A ${'y'.repeat(100)}`), [`x b ${'y'.repeat(100)}`])
  t.match(runs('A=b', `x $A ${'y'.repeat(20_000)}`)[0], /^x \$A/)
})

t.test('a word that a command reads begins no heredoc', async t => {
  t.strictSame(withoutHeredocs('cat <<<word\nip link'), {
    commands: 'cat <<<word\nip link',
    heredocs: [],
  })
  t.strictSame(withoutHeredocs('cat <<word\nip link\nword'), {
    commands: 'cat ',
    heredocs: [{ opener: 'cat <<word', body: 'ip link' }],
  })
})
