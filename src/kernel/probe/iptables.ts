import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { packageOf } from '../tool.ts'
import { missing, present, type FeatureAnswer } from './answer.ts'
import { adviceOn } from './modules.ts'
import { iptablesEnvironment } from '../iptables-environment.ts'

/** One rule for each thing that a lab asks of iptables. */
const rules = {
  'iptables filter': ['filter', '-A FORWARD -j ACCEPT'],
  'iptables nat': ['nat', '-A POSTROUTING -j ACCEPT'],
  MASQUERADE: ['nat', '-A POSTROUTING -j MASQUERADE'],
  DNAT: ['nat', '-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 192.0.2.2:80'],
  addrtype: ['filter', '-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT'],
  conntrack: ['filter', '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'],
} as const

type Rule = readonly [table: string, rule: string]

export type IptablesFeature = keyof typeof rules

const ip6Rules = [
  ['filter', '-A FORWARD -j ACCEPT'],
  ['nat', '-A POSTROUTING -j MASQUERADE'],
] as const

const LIMIT_MS = 2000

type Outcome = SpawnSyncReturns<string> & { error?: NodeJS.ErrnoException }

/** Adds rules to the namespace that the main thread is in. */
function restore(tool: string, rules: readonly Rule[]): FeatureAnswer {
  const input = rules.map(([table, rule]) => `*${table}\n${rule}\nCOMMIT\n`).join('')
  const { status, error, signal, stderr }: Outcome = spawnSync(tool, ['--noflush', '--wait'], {
    input,
    env: iptablesEnvironment(),
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return present
  if (error?.code === 'ENOENT') {
    return missing(`there is no ${tool} here: Debian package "${packageOf(tool) ?? 'iptables'}"`)
  }
  if (signal !== null) return missing(`${tool} did not answer within ${LIMIT_MS} ms`)
  const words = stderr.replace(/^\S+[ /]v?[\d.]+ \(\w+\):?/gm, '').split('\n')
  const said = words.map(line => line.trim()).find(line => line !== '')
  return missing(`${tool}: ${said ?? `exit code ${status}`}`)
}

/** Rules load what they need by themselves, unless the machine's owner forbade it. */
const modules: Readonly<Record<IptablesFeature, string>> = {
  'iptables filter': 'nf_tables',
  'iptables nat': 'nft_chain_nat',
  MASQUERADE: 'xt_MASQUERADE',
  DNAT: 'xt_nat',
  addrtype: 'xt_addrtype',
  conntrack: 'xt_conntrack',
}

function withModule({ reason = '' }: FeatureAnswer, name: string): FeatureAnswer {
  const isAbsent = /No such file|not supported|does not exist|Extension/i.test(reason)
  return missing(reason, isAbsent ? adviceOn({ name }).command : undefined)
}

/** Names the backend that works where the one behind `iptables` does not. */
function withBackend(
  { reason = '' }: FeatureAnswer,
  tool: 'iptables' | 'ip6tables',
  all: readonly Rule[],
): FeatureAnswer | undefined {
  const works = (name: string) => restore(`${tool}-${name}-restore`, all).available
  const other = ['nft', 'legacy'].find(works)
  if (other === undefined) return undefined
  const command = `sudo update-alternatives --set ${tool} /usr/sbin/${tool}-${other}`
  return missing(`${reason}; ${tool}-${other} works`, command)
}

let together: FeatureAnswer | undefined
let elsewhere: FeatureAnswer | undefined

/** Adds a rule that needs this feature; all of them at once first, as they mostly work. */
export function probeIptables(name: IptablesFeature): FeatureAnswer {
  const all = Object.values(rules)
  if (together === undefined) {
    together = restore('iptables-restore', all)
    if (!together.available) elsewhere = withBackend(together, 'iptables', all)
  }
  if (together.available) return present
  const answer = restore('iptables-restore', [rules[name]])
  if (answer.available) return answer
  return elsewhere ?? withModule(answer, modules[name])
}

/** Adds rules for IPv6 to the namespace that the main thread is in. */
export function probeIp6tables(): FeatureAnswer {
  const answer = restore('ip6tables-restore', ip6Rules)
  return answer.available ? answer : (withBackend(answer, 'ip6tables', ip6Rules) ?? answer)
}
