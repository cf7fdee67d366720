import t from 'tap'
import { judge, type Judgement } from '../../src/walkthrough/judge.ts'

interface Typed {
  text: string
  output: string
  exitCode?: number
  shown?: string[]
}

function judged({ text, output, exitCode = 1, shown }: Typed): Judgement {
  const place = { line: 1, lastLine: 1, listing: 1, headings: [], mistakes: [], before: [] }
  const command = { ...place, after: [], text, ...(shown === undefined ? {} : { shown }) }
  return judge(
    { number: 1, command, host: 'host', kind: 'command', expects: 'success', remarks: [] },
    { exitCode, wasStopped: false, output },
    { isStrict: false },
  )
}

const noFile = (key: string) =>
  `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory\n`
const set = (key: string): Typed => ({ text: `sysctl -w ${key}=1`, output: noFile(key) })

for (const key of [
  'net.core.default_qdisc',
  'net.core.netdev_max_backlog',
  'net.ipv4.neigh.default.gc_thresh3',
  'net.ipv4.tcp_mem',
  'net.nf_conntrack_max',
]) {
  t.test(`${key} is of the whole machine, and nothing is told of a document that sets it`, t => {
    const reason = /^cannot be done here: no namespace has it: sysctl: cannot stat /
    t.match(judged(set(key)), { verdict: 'not-run', reason })
    t.end()
  })
}

t.test(
  'a setting that a namespace shows and does not let be set is not set, though sysctl ends well',
  t => {
    const output = 'sysctl: setting key "net.core.rmem_max": Invalid argument\n'
    const shown = ['net.core.rmem_max = 16777216']
    const text = 'sysctl -w net.core.rmem_max=16777216'
    t.equal(judged({ text, output, exitCode: 0, shown }).verdict, 'not-run')
    t.end()
  },
)

t.test('into the file of such a setting nothing is written either', t => {
  const file = '/proc/sys/net/core/default_qdisc'
  const output = `bash: line 3: ${file}: No such file or directory\n`
  t.equal(judged({ text: `echo fq > ${file}`, output }).verdict, 'not-run')
  t.end()
})

const lacking: Typed[] = [
  set('net.ipv4.vs.conntrack'),
  set('net.mpls.platform_labels'),
  set('net.ipv4.tcp_tw_recycle'),
  {
    text: 'sysctl -w net.ipv4.tcp_congestion_control=htcp',
    output: 'sysctl: setting key "net.ipv4.tcp_congestion_control": No such file or directory\n',
  },
]
for (const typed of lacking) {
  t.test(`what ${typed.text} needs is the kernel's`, t => {
    const reason = /^this kernel lacks what it needs: sysctl: /
    t.match(judged(typed), { verdict: 'cannot-judge', reason })
    t.end()
  })
}

t.test(
  'a name that no kernel has, and that of a link that is not there, are of the document alone',
  t => {
    t.equal(judged(set('net.ipv4.ip_foward')).verdict, 'failed')
    t.equal(judged(set('net.ipv4.conf.eth7.rp_filter')).verdict, 'failed')
    t.end()
  },
)

t.test('a document may show that a setting is not there', t => {
  const typed = set('net.bridge.bridge-nf-call-iptables')
  t.equal(judged({ ...typed, shown: [typed.output.trim()] }).verdict, 'as-shown')
  t.equal(judged(typed).verdict, 'cannot-judge')
  t.end()
})
