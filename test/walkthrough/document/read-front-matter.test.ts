import t from 'tap'
import { UsageError } from '../../../src/errors.ts'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'

const read = (yaml: string) => readDocument(`---\n${yaml}\n---\n\n# Heading\n`, 'a.md')

function refused(yaml: string): string {
  try {
    read(yaml)
  } catch (error) {
    if (error instanceof UsageError) return `${error.code} ${error.message} (${error.hint})`
    throw error
  }
  return 'nothing'
}

void t.test('all that a reader may say is read', t => {
  const { title, frontMatter, blocks } = read(`title: One
date: 2024-01-01
tnet-lab:
  hosts:
    node1: 192.0.2.1/24
    node2: { address: "2001:db8::2/64", device: ens3, mtu: 9001 }
    node3:
    node4: [192.0.2.4/24, 2001:db8::4/64]
    node5: { address: [192.0.2.5/24] }
  gateway: 192.0.2.254
  outside:
    - { address: 198.51.100.7, names: [example.com], http: hello }
    - 203.0.113.1
  forward: drop
  namespaces: [default]
  sysctls: { net.ipv4.ip_forward: 1 }
  setup: |
    ip link add dummy0 type bridge
    ip link set dummy0 up
  timeout: 60
  tags: slow
  requires: [vxlan]`)
  t.equal(title, 'One')
  t.strictSame(frontMatter, {
    hosts: {
      node1: { address: ['192.0.2.1/24'] },
      node2: { address: ['2001:db8::2/64'], device: 'ens3', mtu: 9001 },
      node3: {},
      node4: { address: ['192.0.2.4/24', '2001:db8::4/64'] },
      node5: { address: ['192.0.2.5/24'] },
    },
    gateway: ['192.0.2.254'],
    outside: [
      { address: '198.51.100.7', names: ['example.com'], http: 'hello' },
      { address: '203.0.113.1' },
    ],
    forward: 'DROP',
    namespaces: ['default'],
    sysctls: { 'net.ipv4.ip_forward': '1' },
    setup: 'ip link add dummy0 type bridge\nip link set dummy0 up\n',
    timeout: 60,
    tags: ['slow'],
    requires: ['vxlan'],
  })
  t.match(blocks, { length: 1, 0: { text: 'Heading' } })
  t.end()
})

void t.test('hosts may be names only', t => {
  t.strictSame(read('tnet-lab:\n  hosts: [a, b]').frontMatter, { hosts: { a: {}, b: {} } })
  t.strictSame(read('tnet-lab:').frontMatter, {})
  t.end()
})

void t.test('what is wrong is told with its line, and what would be right', t => {
  const cases: [yaml: string, told: RegExp][] = [
    [
      'a: b\ntnet-lab:\n  host: a',
      /a\.md:4: "host" is no key of tnet-lab \(known are hosts, gateway/,
    ],
    ['tnet-lab:\n  hosts:\n    a: 192.0.2.1', /a\.md:4: "192\.0\.2\.1".*\(.*\)/],
    [
      'tnet-lab:\n  hosts:\n    a: { adress: 192.0.2.1/24 }',
      /a\.md:4: "adress" is no key of it \(it may have address, device, mtu\)/,
    ],
    [
      'tnet-lab:\n  hosts: { a: { mtu: 1450.5 } }',
      /a\.md:3: "hosts\.a\.mtu" is a number of bytes from 68 to 65535, not 1450\.5/,
    ],
    ['tnet-lab:\n  forward: MAYBE', /a\.md:3: "forward" is ACCEPT or DROP, not "MAYBE"/],
    ['tnet-lab:\n  timeout: soon', /a\.md:3: "timeout" is a number of seconds, not "soon"/],
    ['tnet-lab:\n  namespaces: { a: b }', /a\.md:3: "namespaces" is a list of texts, not a map/],
    [
      'tnet-lab:\n  outside:\n    - { names: [a] }',
      /a\.md:4: "outside\.0" is a map with an address/,
    ],
    ['tnet-lab:\n  gateway: 192.0.2.0/24', /a\.md:3: .*not an IP address/],
    [
      'tnet-lab:\n  hosts:\n    a:\n      address:\n        - 192.0.2.1/24\n        - 192.0.2.2/24',
      /a\.md:7: "hosts\.a\.address" has two IPv4 addresses, 192\.0\.2\.1\/24 and 192\.0\.2\.2\/24 \(give one of each/,
    ],
    [
      'tnet-lab:\n  gateway: [fe80::1, fe80::2]',
      /a\.md:3: "gateway" has two IPv6 addresses, fe80::1 and fe80::2/,
    ],
    ['tnet-lab:\n  hosts:\n    a: { address: [2001:db8::1] }', /a\.md:4: .*2001:db8::1/],
    [
      'tnet-lab:\n  hosts: [a, ../../b]',
      /a\.md:3: "\.\.\/\.\.\/b" is no name for a machine \(write/,
    ],
    ['tnet-lab:\n  hosts:\n    b: {}\n    ..: {}', /a\.md:5: "\.\." is no name for a machine/],
    ['tnet-lab:\n  hosts: { "a b": {} }', /a\.md:3: "a b" is no name for a machine/],
    ['tnet-lab:\n  hosts: [a, b, a]', /a\.md:3: there are two machines called "a" \(rename one/],
    ['tnet-lab:\n  hosts: [""]', /a\.md:3: "" is no name for a machine/],
    [
      'tnet-lab:\n  hosts:\n    a: 192.0.2.1/24\n    b: 192.0.2.1/25',
      /a\.md:5: "hosts\.b" has 192\.0\.2\.1, as "hosts\.a" has \(give each machine/,
    ],
    [
      'tnet-lab:\n  hosts: { a: "2001:db8::1/64" }\n  gateway: 2001:DB8:0::1',
      /a\.md:4: "gateway" has 2001:db8::1, as "hosts\.a" has/,
    ],
    ['tnet-lab: [a]', /a\.md:2: "" is a map|a\.md:2: .* is a map, not a list/],
    ['tnet-lab:\n  a: [b', /a\.md:\d: /],
    ['tnet-lab:\n  tags: a\n  tags: b', /a\.md:4: Map keys must be unique/],
  ]
  for (const [yaml, told] of cases) {
    t.match(refused(yaml), /^TNET_FRONT_MATTER front matter of /, yaml)
    t.match(refused(yaml), told, yaml)
  }
  t.end()
})

void t.test("a blog's own front matter may be as wrong as it likes", t => {
  const wrong = read('title: one: two\nlayout: [post')
  t.equal(wrong.title, 'one: two')
  t.strictSame(wrong.remarks, ['its front matter is not YAML, and is left out'])
  t.equal(readDocument('+++\ntitle = "a"\n+++\n\nb', 'a.md').title, 'a')
  const bomb = Array.from(
    { length: 30 },
    (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`,
  )
  t.strictSame(read(`a0: &a0 x\n${bomb.join('\n')}`).frontMatter, {})
  t.match(refused(`a0: &a0 x\n${bomb.join('\n')}\ntnet-lab: {}`), /TNET_FRONT_MATTER/)
  t.end()
})

void t.test('a byte order mark before it is no matter', t => {
  t.equal(readDocument('\u{FEFF}---\r\ntitle: a\r\n---\r\n# b', 'a.md').title, 'a')
  t.end()
})

void t.test('a rule at the head of a document is no front matter', t => {
  t.match(readDocument('---\n\na: b\n', 'a.md').blocks, { length: 1, 0: { text: 'a: b', line: 3 } })
  t.match(readDocument('\n---\na: b\n---\n', 'a.md').blocks, { length: 1, 0: { type: 'heading' } })
  t.end()
})
