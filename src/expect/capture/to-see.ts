import { EnvironmentError } from '../../errors.ts'
import { spelled } from '../../kernel/spelling.ts'
import type { NodeCapture } from '../../lab/capture.ts'
import { shellWord } from '../../names.ts'
import type { Attempt, Check } from '../check.ts'
import { lines } from '../node/kernel-state.ts'
import { isNumberOf, numberDemand, numberText, type NumberOf } from '../number-of.ts'
import { checkOptions } from '../options.ts'
import { checkFilter, filterText, passes, type PacketFilter } from './packet-filter.ts'

export interface SeeOptions {
  /** How many such packets. Default `{ atLeast: 1 }`. */
  count?: NumberOf
}

function hasNoUpperEnd(count: NumberOf | undefined): boolean {
  return count === undefined || (typeof count === 'object' && count.atMost === undefined)
}

/** What got lost may have been the packet in question. */
function lost(capture: NodeCapture): Pick<Attempt, 'unusable'> {
  const dropped = capture.dropped()
  if (dropped === 0) return {}
  return {
    unusable: new EnvironmentError(`the capture on ${capture} lost ${dropped} packets`, {
      code: 'TNET_CAPTURE_LOST',
      hint: 'give it more room: node.capture(link, { bufferBytes: 64 << 20 })',
    }),
  }
}

export function toSee(capture: NodeCapture, filter: PacketFilter, options: SeeOptions): Check {
  checkFilter(filter)
  checkOptions('toSee', options, { count: numberDemand })
  const { count } = options
  const isWanted = passes(filter)
  const what = filterText(filter)
  const text = count === undefined ? what : `${numberText(count, 'packet')} ${what}`
  const { node, link = 'any' } = capture
  return {
    title: `${capture} sees ${text}`,
    negated: `${capture} does not see ${text}`,
    expected: text,
    unexpected: `no ${what}`,
    command: spelled(node.netns.name, `tcpdump -nn -S -i ${shellWord(link)}`),
    look: async () => {
      const all = capture.packets()
      const found = all.filter(isWanted)
      const ok = isNumberOf(found.length, count ?? { atLeast: 1 })
      const isCertain = ok && hasNoUpperEnd(count)
      const shown = found.length > 0 ? found : all
      const head = `${found.length} of ${all.length} packets${shown.length > 0 ? ':' : ''}`
      const received = [head, ...shown.map(String).flatMap(line => line.split('\n'))]
      return { ok, received: lines(received, ''), ...(isCertain ? {} : lost(capture)) }
    },
  }
}
