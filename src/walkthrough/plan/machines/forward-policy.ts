import type { Expectation } from '../steps/expectation.ts'
import { natureOf } from '../steps/nature.ts'
import { saidOf, sentencesOf } from '../steps/result-words.ts'
import { wordAfter } from '../typing/ip-words.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { ipv4In, isPublic } from './addresses.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { sysctlsSet } from '../parts/effects.ts'

/** What is taken for granted of a machine that forwards, and where that shows. */
export interface Taken {
  line: number
  why: string
}

interface FilterRule {
  chain: string
  target?: string
}

/** What iptables does on a machine itself, not in a namespace, with packets that pass. */
function filterRules(placed: PlacedCommand): (FilterRule | 'policy')[] {
  return placed.simple.flatMap((one): (FilterRule | 'policy')[] => {
    if (one.program !== 'iptables' || scopeOf(placed, one) !== '') return []
    const { args } = one
    const table = wordAfter(args, '-t', '--table') ?? 'filter'
    if (table !== 'filter') return []
    if (wordAfter(args, '-P', '--policy') === 'FORWARD') return ['policy']
    const chain = wordAfter(args, '-A', '--append', '-I', '--insert')
    if (chain === undefined) return []
    const target = wordAfter(args, '-j', '--jump')
    return [{ chain, ...(target === undefined ? {} : { target }) }]
  })
}

/** Whether what FORWARD, or a chain that it leads to, does with packets is to drop them. */
function drops(rules: readonly FilterRule[]): boolean {
  const reached = new Set(['FORWARD'])
  for (let size = 0; size < reached.size;) {
    size = reached.size
    for (const { chain, target } of rules) {
      if (reached.has(chain) && target !== undefined) reached.add(target)
    }
  }
  return reached.has('DROP') || reached.has('REJECT')
}

// prettier-ignore
/** Words for what makes such a rule necessary. */
const DROPPED =
  /\b(?:docker|firewalld|ufw|kubernetes)\b.*(?:forward|drop|polic|iptables)|(?:forward|polic)\w*\b.*\b(?:docker|drops?|dropped|reject\w*|den(?:y|ies|ied)|block\w*|disabl\w*)|\b(?:drops?|blocks?|rejects?|denies)\b.*forward|(?:转发|FORWARD).*(?:禁|丢弃|拒绝|不允许|DROP)|(?:禁止?|丢弃|拒绝).*(?:转发|FORWARD)|才能.*(?:转发|互通|通信|访问|ping)|\b(?:without|unless|otherwise)\b.*\b(?:drops?|dropped|blocked|fails?|lost|n['’]t|not|never)\b|\b(?:sonst|ohne)\b.*\b(?:nicht|verworfen)/iu

/** Something is forwarded: what a namespace sends to an address of another place. */
function isForwarded(one: PlacedCommand, own: OwnAddresses): boolean {
  if (one.nature !== 'traffic' || one.kind === 'not-run') return false
  return one.simple.some(given => {
    const scope = scopeOf(one, given)
    if (scope === '' || natureOf(given) !== 'traffic') return false
    return given.args
      .flatMap(ipv4In)
      .some(
        address =>
          (own.has(address) || isPublic(address)) &&
          !own.onMachine(address) &&
          !own.isAt(address, `${one.host}/${scope}`),
      )
  })
}

/** What says, before a rule lets packets through, that they do not get through; the last of it. */
function whyNeeded(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
  { own, rule }: { own: OwnAddresses; rule: number },
): string | undefined {
  const tried = placed.slice(0, rule).findLastIndex(one => isForwarded(one, own))
  const result = expectations[tried]
  if (result?.expectsWhy !== undefined) {
    if (result.expects === 'success') return undefined
    const changed = placed.slice(tried + 1, rule).some(({ nature }) => nature === 'change')
    if (!changed) return `line ${placed[tried]?.command.line} does not get through before it`
  }
  const { before = [], headings = [] } = placed[rule]?.command ?? {}
  const said = [...headings.slice(-1), ...before.slice(-3)].flatMap(sentencesOf)
  const found = said.some(text => DROPPED.test(text) || saidOf(text, true) === 'failure')
  return found ? 'the text before it says that nothing gets through' : undefined
}

/**
 * Where a document says that packets do not get through, lets them through FORWARD, and never says
 * what happens to the rest, it was written where Docker runs: the policy is DROP. Not so when it
 * drops the rest itself, or when what has to be forwarded got through before.
 */
export function dropsForwarded(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
  own: OwnAddresses,
): Taken | undefined {
  const rules = placed.map(one => (one.kind === 'not-run' ? [] : filterRules(one)))
  const all = rules.flat()
  if (all.includes('policy') || drops(all.filter(rule => rule !== 'policy'))) return undefined
  const rule = rules.findIndex(some =>
    some.some(one => one !== 'policy' && one.chain === 'FORWARD' && one.target === 'ACCEPT'),
  )
  const found = placed[rule]
  if (found === undefined) return undefined
  const why = whyNeeded(placed, expectations, { own, rule })
  if (why === undefined) return undefined
  const { line } = found.command
  return { line, why: `a rule opens FORWARD, and ${why}` }
}

/** Forwarding that a document needs and never turns on: packets of namespaces reach the outside. */
export function forwardsUnasked(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
): Taken | undefined {
  const isSet = placed.some(one =>
    sysctlsSet(`${one.command.text}\n${one.written}`).some(([name]) => /forward/.test(name)),
  )
  if (
    isSet ||
    placed.some(({ command }) => /ip_forward|sysctl\s+(-p|--system)/.test(command.text))
  ) {
    return undefined
  }
  const lends = placed.some(({ simple }) =>
    simple.some(
      ({ program, args }) =>
        /^(iptables|nft)$/.test(program) &&
        args.some(arg => /^(MASQUERADE|SNAT|masquerade|snat)\b|masquerade/.test(arg)),
    ),
  )
  if (!lends) return undefined
  const i = placed.findIndex(
    (one, i) =>
      one.nature === 'traffic' &&
      expectations[i]?.expects === 'success' &&
      one.simple.some(
        ({ args, namespace = one.inside }) =>
          namespace !== '' && args.some(arg => ipv4In(arg).some(isPublic) || isName(arg)),
      ),
  )
  const found = placed[i]
  if (found === undefined) return undefined
  const why = 'a namespace reaches the outside, and nothing turns forwarding on'
  return { line: found.command.line, why }
}

const isName = (word: string) =>
  /^(https?:\/\/)?[a-z\d-]+(\.[a-z\d-]+)*\.[a-z]{2,}(\/|$)/i.test(word)
