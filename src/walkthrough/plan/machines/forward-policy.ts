import type { Expectation } from '../steps/expectation.ts'
import { wordAfter } from '../typing/ip-words.ts'
import { scopeOf } from '../typing/placed-command.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import { ipv4In, isPublic } from './ipv4.ts'
import type { OwnAddresses } from './own-addresses.ts'
import { sysctlsSet } from '../parts/effects.ts'

/** What is taken for granted of a machine that forwards, and where that shows. */
export interface Taken {
  line: number
  why: string
}

interface ForwardRule {
  target?: string
  isPolicy: boolean
}

/** The rules of FORWARD on a machine itself, not in a namespace. */
function forwardRules(placed: PlacedCommand): ForwardRule[] {
  return placed.simple.flatMap((one): ForwardRule[] => {
    if (one.program !== 'iptables' || scopeOf(placed, one) !== '') return []
    const { args } = one
    const table = wordAfter(args, '-t', '--table') ?? 'filter'
    if (table !== 'filter') return []
    if (wordAfter(args, '-P', '--policy') === 'FORWARD') return [{ isPolicy: true }]
    if (wordAfter(args, '-A', '--append', '-I', '--insert') !== 'FORWARD') return []
    const target = wordAfter(args, '-j', '--jump')
    return [{ isPolicy: false, ...(target === undefined ? {} : { target }) }]
  })
}

/**
 * Where a document lets packets through FORWARD and never says what happens to the rest, it was
 * written where Docker runs: the policy is DROP. Not so when it drops the rest itself, or when what
 * has to be forwarded got through before.
 */
export function dropsForwarded(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
  own: OwnAddresses,
): Taken | undefined {
  let first: PlacedCommand | undefined
  let gotThrough = false
  for (const [i, one] of placed.entries()) {
    if (one.kind === 'not-run') continue
    const isForwarded =
      one.nature === 'traffic' &&
      one.simple.some(
        ({ args, namespace = one.inside }) =>
          namespace !== '' &&
          args.flatMap(ipv4In).some(address => own.has(address) && !own.onMachine(address)),
      )
    if (first === undefined && isForwarded) {
      gotThrough =
        expectations[i]?.expects === 'success' && expectations[i]?.expectsWhy !== undefined
    }
    for (const { target, isPolicy } of forwardRules(one)) {
      if (isPolicy || /^(DROP|REJECT)$/.test(target ?? '')) return undefined
      if (target === 'ACCEPT') first ??= one
    }
  }
  if (first === undefined || gotThrough) return undefined
  return {
    line: first.command.line,
    why: 'a rule lets packets through FORWARD, as is needed where Docker runs',
  }
}

/** Forwarding that a document needs and never turns on: packets of namespaces reach the outside. */
export function forwardsUnasked(
  placed: readonly PlacedCommand[],
  expectations: readonly Expectation[],
): Taken | undefined {
  const isSet = placed.some(one =>
    sysctlsSet(one.command.text).some(([name]) => /forward/.test(name)),
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
