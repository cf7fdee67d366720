import t from 'tap'
import { judge, type Judgement } from '../../src/walkthrough/judge.ts'

function judged(text: string, output: string, shown?: string[]): Judgement {
  const place = { line: 1, lastLine: 1, listing: 1, headings: [], mistakes: [], before: [] }
  const command = { ...place, after: [], text, ...(shown === undefined ? {} : { shown }) }
  return judge(
    { number: 1, command, host: 'host', kind: 'command', expects: 'success', remarks: [] },
    { exitCode: 1, wasStopped: false, output: `${output}\n` },
    { isStrict: false },
  )
}

const NO_NAME = 'iptables: No chain/target/match by that name.'

const own: [text: string, output: string][] = [
  ['iptables -A web-in -j ACCEPT', NO_NAME],
  ['sudo iptables -t nat -I web-in 1 -p tcp -m tcp --dport 80 -j ACCEPT', NO_NAME],
  ['iptables --flush web-in', NO_NAME],
  ['iptables -L web-in', "iptables: chain `web-in' in table `filter' is incompatible, use nft"],
  ['iptables -A INPUT -j web-in', "iptables v1.8.9 (nf_tables): Chain 'web-in' does not exist"],
  [
    'iptables -A INPUT -j web-in',
    "iptables v1.8.9 (legacy): Couldn't load target `web-in':No such",
  ],
]
for (const [text, output] of own) {
  t.test(`${text}: that nobody made the chain is the document's own`, t => {
    t.equal(judged(text, output).verdict, 'failed')
    t.end()
  })
}

const lacking: [text: string, output: string][] = [
  ['iptables -A INPUT -m recent --set -j ACCEPT', NO_NAME],
  ['iptables -t nat -A POSTROUTING -j MASQUERADE', NO_NAME],
  [
    'iptables -A INPUT -j TARPIT',
    "iptables v1.8.9 (legacy): Couldn't load target `TARPIT':No such",
  ],
]
for (const [text, output] of lacking) {
  t.test(`${text}: in a chain that every table has, the extension is missing`, t => {
    t.match(judged(text, output), { verdict: 'cannot-judge', reason: /^this kernel lacks / })
    t.end()
  })
}

t.test('chains that others make are not there where those are not', t => {
  t.match(judged('iptables -I DOCKER-USER -i eth0 -j DROP', NO_NAME), {
    verdict: 'cannot-judge',
    reason: 'Docker makes the chain DOCKER-USER, and is not here',
  })
  t.equal(judged('iptables -F DOCKER', NO_NAME, [NO_NAME]).verdict, 'as-shown')
  t.end()
})
