import t from 'tap'
import { listing, mistakes } from './typed-listing.ts'

const fence = (text: string) => `\`\`\`\n${text}\n\`\`\``

void t.test('what a shell reads as one command is one', t => {
  const cases: [typed: string, text: string][] = [
    ['ip link add a \\\n    type veth \\\n  peer name b', 'ip link add a type veth peer name b'],
    ['ip link show |\n  grep veth', 'ip link show | grep veth'],
    ['ip link show &&\n  ip route', 'ip link show && ip route'],
    ['cat <<EOF > a\nip link\n\n$ x\nEOF', 'cat <<EOF > a\nip link\n\n$ x\nEOF'],
    ["cat > a <<-'EOF'\n\tip link\n\tEOF", "cat > a <<-'EOF'\n\tip link\n\tEOF"],
    ['for i in 1 2; do\n  ip netns add $i\ndone', 'for i in 1 2; do\n  ip netns add $i\ndone'],
    ['if true; then\nip link\nfi', 'if true; then\nip link\nfi'],
    ['f() {\n  ip link\n}', 'f() {\n  ip link\n}'],
    ["ip netns exec a bash -c '\nip link\n'", "ip netns exec a bash -c '\nip link\n'"],
    ["python3 -c 'import a\nprint(1)'", "python3 -c 'import a\nprint(1)'"],
    ['python3 - <<EOF\nimport socket\nEOF', 'python3 - <<EOF\nimport socket\nEOF'],
    ['echo $((1 << 2)) # a << b', 'echo $((1 << 2)) # a << b'],
    ['cat <<< "a"', 'cat <<< "a"'],
    ["ip link # it's there", "ip link # it's there"],
    ['ip link >/dev/null 2>&1', 'ip link >/dev/null 2>&1'],
  ]
  for (const [text, expected] of cases) {
    t.strictSame(listing(`${text}\nip route`), [[expected], ['ip route']], text)
    t.strictSame(mistakes(fence(`${text}\nip route`)), [], text)
  }
  t.end()
})

void t.test('the prompt for more is taken off', t => {
  t.strictSame(listing('$ cat <<EOF\n> a\n> EOF\na\n$ for i in 1; do\n>   ip link\n> done'), [
    ['cat <<EOF\na\nEOF', 'a'],
    ['for i in 1; do\n  ip link\ndone'],
  ])
  t.end()
})

void t.test('a command that a page wrapped is one, and the document is told', t => {
  t.strictSame(
    listing('ip link add a type veth\n  peer name b\nip route add default via\n192.0.2.1'),
    [['ip link add a type veth peer name b'], ['ip route add default via 192.0.2.1']],
  )
  t.strictSame(listing('iptables -t nat\n  -A PREROUTING -p tcp\n  --dport 80 -j DNAT\nip link'), [
    ['iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT'],
    ['ip link'],
  ])
  t.strictSame(mistakes(fence('$ curl\n  --max-time 2 192.0.2.1')), [
    '2: a page wrapped this command; read as one',
  ])
  t.strictSame(listing('ip link show\n  | grep veth'), [['ip link show | grep veth']])
  t.strictSame(listing('iptables -S\n-A INPUT -j DROP'), [['iptables -S', '-A INPUT -j DROP']])
  t.strictSame(listing('# ip netns\nnetns_B'), [['ip netns', 'netns_B']])
  t.end()
})

void t.test('what is never closed ends with its line, and the document is told', t => {
  t.strictSame(listing('echo "it is\nip link'), [['echo "it is'], ['ip link']])
  t.strictSame(mistakes(fence('echo "it is\nip link')), [
    '2: a quote is never closed: bash waits for more',
  ])
  t.strictSame(listing('$ for i in 1 2; do\n$ ip link'), [['for i in 1 2; do'], ['ip link']])
  t.strictSame(mistakes(fence('$ for i in 1 2; do\n$ ip link')), [
    '2: what "done" would close is never closed: bash waits for more',
  ])
  t.strictSame(listing('ip link add \\\n  a "type veth\nip link'), [
    ['ip link add a "type veth'],
    ['ip link'],
  ])
  t.strictSame(listing('ip link \\\n\nip route'), [['ip link'], ['ip route']])
  t.strictSame(mistakes(fence('ip link |')), ['2: it ends where bash waits for another command'])
  t.end()
})

void t.test('a quote that another command opens does not close the one above', t => {
  t.strictSame(listing('echo "it is\nip link\necho "it"'), [
    ['echo "it is'],
    ['ip link'],
    ['echo "it"'],
  ])
  t.strictSame(listing('echo "a\nip link\necho b"'), [['echo "a'], ['ip link'], ['echo b"']])
  t.end()
})

void t.test('a listing that opens without end is not read over and over', t => {
  const text = `${'ip link (\n'.repeat(2000)}if true; then\nip route\nfi`
  t.strictSame(listing(text).slice(1999), [['ip link ('], ['if true; then'], ['ip route', 'fi']])
  t.end()
})

void t.test("a quote that closes far below is somebody else's", t => {
  const far = `echo "it is\n${'a line\n'.repeat(500)}"`
  t.equal(listing(far)[0]?.[0], 'echo "it is')
  t.equal(listing(far.replace(/(a line\n)+/, '$1'))[0]?.[0], 'echo "it is\na line\n"')
  t.end()
})

void t.test('a heredoc that is never closed ends with its listing', t => {
  t.strictSame(listing('cat <<EOF\nip link\na'), [['cat <<EOF\nip link\na\nEOF']])
  t.strictSame(mistakes(fence('cat <<EOF\na')), [
    '2: a heredoc is never closed: bash waits for "EOF"; it ends with its listing',
  ])
  t.strictSame(listing('$ cat <<EOF\na\n$ ip link'), [['cat <<EOF\na\nEOF'], ['ip link']])
  t.end()
})

void t.test('blanks where bash wants none are named', t => {
  t.strictSame(listing('ip link add \\  \n  a'), [['ip link add a']])
  t.match(mistakes(fence('ip link add \\  \n  a')), [/^2: a blank stands behind the backslash/])
  t.strictSame(listing('cat <<EOF\n a\n EOF\nip link'), [['cat <<EOF\n a\nEOF'], ['ip link']])
  t.match(mistakes(fence('cat <<EOF\n a\n EOF')), [/^4: blanks stand around the heredoc's "EOF"/])
  t.end()
})

void t.test('signs that a page made are what was typed', t => {
  t.strictSame(listing('iptables –t nat —list\necho “a” ‘b’\nip\u{A0}link\necho 1 &gt; /tmp/a'), [
    ['iptables -t nat --list'],
    [`echo "a" 'b'`],
    ['ip link'],
    ['echo 1 > /tmp/a'],
  ])
  t.strictSame(mistakes(fence('iptables –t nat -F')), [
    '2: a page made a dash of a hyphen; read as such',
  ])
  t.strictSame(listing('\u{1B}[32m$\u{1B}[0m ip netns\n\u{1B}[1mns1\u{1B}[0m'), [
    ['ip netns', 'ns1'],
  ])
  t.end()
})

void t.test("what stands between nft's braces is not the shell's", t => {
  const chain = 'nft add chain ip a b { type nat hook prerouting priority 0 ; }'
  t.strictSame(listing(chain), [[chain.replace(' ;', ' \\;')]])
  t.match(mistakes(fence(chain)), [/^2: ';' and '&' between nft's braces .*; read as quoted$/])
  t.strictSame(listing('$ sudo ip netns exec r nft add rule a b c { ip saddr & 255.0.0.0 }'), [
    ['sudo ip netns exec r nft add rule a b c { ip saddr \\& 255.0.0.0 }'],
  ])
  const asTheyStand = [
    'nft add chain ip a b { type nat hook prerouting priority 0 \\; }',
    `nft add chain ip a b '{ type nat hook prerouting priority 0; }'`,
    'nft add element ip a b { 10.0.0.1, 10.0.0.2 }; nft list ruleset &',
    'for i in 1 2; do nft add element ip a b { 10.0.0.${i} }; done',
    'nft list ruleset | awk "{ print; }"',
  ]
  for (const text of asTheyStand) {
    t.strictSame(listing(text), [[text]])
    t.strictSame(mistakes(fence(text)), [])
  }
  t.end()
})

void t.test('something to fill in is named', t => {
  t.match(mistakes(fence('ip netns add <name>')), [/"<name>" stands for something to fill in/])
  t.match(mistakes(fence('ip link set v0 netns <pid of /bin/sh>')), [/"<pid of \/bin\/sh>" stands/])
  t.match(mistakes(fence('ip netns exec [namespace] [command]')), [
    /"\[namespace\]" stands for something to fill in; bash reads it as a pattern/,
  ])
  t.strictSame(mistakes(fence('ls [0-9]\n[ -e /tmp ] && ls [abc]* [a-z]')), [])
  t.match(mistakes(fence('cat > <file> <<EOF\na\nEOF')), [/"<file>" stands for/])
  t.strictSame(mistakes(fence('cat > a.c <<EOF\n#include <stdio.h>\nEOF')), [])
  t.strictSame(mistakes(fence('cat < a > b\nbash <(echo a)')), [])
  t.end()
})
