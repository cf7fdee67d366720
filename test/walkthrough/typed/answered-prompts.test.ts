import t from 'tap'
import { listing, rows, typed } from './typed-listing.ts'

const RULESET = [
  'table inet filter {',
  '\tchain input {',
  '\t\ttype filter hook input priority filter; policy drop;',
  '\t}',
  '}',
]

for (const sign of ['#', '%', '>']) {
  void t.test(`what nft prints behind ${sign} is no command`, t => {
    const text = [`${sign} nft list ruleset`, ...RULESET, `${sign} nft list tables`].join('\n')
    t.strictSame(listing(text), [['nft list ruleset', ...RULESET], ['nft list tables']])
    t.end()
  })

  void t.test(`a script that is shown behind ${sign} is no command where an answer is`, t => {
    const text = [
      `${sign} cat up.sh`,
      'ip link set lo up',
      `${sign} ip -br link`,
      'lo               DOWN           00:00:00:00:00:00 <LOOPBACK>',
      `${sign} ip netns del a`,
    ].join('\n')
    t.strictSame(
      listing(text).map(([command]) => command),
      ['cat up.sh', 'ip -br link', 'ip netns del a'],
    )
    t.end()
  })
}

void t.test('commands that are commented out stay so, be they more than the others', t => {
  t.strictSame(listing('# ip link add br0 type bridge\n# ip link set br0 up\nbrctl addbr br0'), [
    ['brctl addbr br0'],
  ])
  t.end()
})

void t.test('a namespace that a variable names is one', t => {
  for (const name of ['$NS', '${NS}', '"$NS"', '<name>']) {
    const lines = [`ip -n ${name} addr add 10.0.0.1/24 dev v1`, 'ip netns list']
    t.strictSame(
      listing(lines.join('\n')),
      lines.map(line => [line]),
      name,
    )
  }
  t.end()
})

void t.test('ifcfg files set no variables', t => {
  const file = 'DEVICE=br0\nTYPE=Bridge\nBOOTPROTO=none\n# its address\nIPADDR="10.0.0.1"'
  const { leftAlone } = typed(`\`\`\`\n${file}\n\`\`\``)
  t.strictSame(
    leftAlone.map(({ what }) => what),
    ['a configuration file'],
  )
  t.strictSame(rows(typed('```\nDEVICE=br0\nip link add $DEVICE type bridge\n```')), [
    ['DEVICE=br0'],
    ['ip link add $DEVICE type bridge'],
  ])
  t.end()
})

const opens = ['sudo unshare -fpn bash', 'sudo nsenter -t 42 -n', 'sudo chroot rootfs /bin/sh']
for (const opener of opens) {
  void t.test(`# is root's prompt behind $ ${opener}`, t => {
    const text = `$ ${opener}\n# hostname box\n# ps\n    PID TTY          TIME CMD\n# exit`
    t.strictSame(listing(text), [
      [opener],
      ['hostname box'],
      ['ps', '    PID TTY          TIME CMD'],
      ['exit'],
    ])
    t.end()
  })
}

void t.test('# is a prompt where what it opens has another', t => {
  const text = '# mkdir rootfs\n# chroot rootfs /bin/bash\nbash-5.1# pwd\n/\nbash-5.1# exit\n# pwd'
  t.strictSame(
    listing(text).map(([command]) => command),
    ['mkdir rootfs', 'chroot rootfs /bin/bash', 'pwd', 'exit', 'pwd'],
  )
  t.end()
})

void t.test('where # is a prompt, what changes the root is no comment', t => {
  const text =
    '# chroot newroot\n# chroot . sh\n# pivot_root . old\n# chroot is not enough\n# ip link'
  t.strictSame(
    listing(text).map(([command]) => command),
    ['chroot newroot', 'chroot . sh', 'pivot_root . old', 'ip link'],
  )
  t.end()
})
