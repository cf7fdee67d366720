import type { Expectation } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import { oneLine, placed } from '../shell-line.ts'
import type { World } from '../world.ts'
import type { Judged, Question } from './judged.ts'
import { wantedPackets } from './packets.ts'
import { connection, curl, matrix, ping } from './reaching.ts'
import { address, link, neighbour, route } from './state.ts'

/** Of a look at a capture: its name here, or why there is none. */
export type CaptureFor = (expectation: Expectation) => { name: string } | { reason: string }

const WINDOW = / for \d+ ms$/

/** `anything but "refused" for 300 ms` is the only one of its kind that does not begin with `no`. */
const isNegative = ({ expected = '' }: Expectation) =>
  WINDOW.test(expected) && /^(no |anything but |not )/.test(expected)

export function questionOf(expectation: Expectation, world: World): Question | undefined {
  const command = placed(expectation.command ?? '')
  if (command === undefined) return undefined
  const { expected = '' } = expectation
  const negative = isNegative(expectation)
  const wanted = negative ? expected.replace(WINDOW, '').replace(/^(no|not) /, '') : expected
  return { expectation, command, world, isNegative: negative, wanted }
}

function seen(question: Question, captureFor: CaptureFor): Judged {
  const capture = captureFor(question.expectation)
  if ('reason' in capture) return capture
  const packets = wantedPackets(question.wanted, question.world)
  if (packets === undefined) {
    return { reason: `only the scenario's own code knows which packets: ${question.wanted}` }
  }
  return { test: { kind: 'sees', capture: capture.name, ...packets } }
}

function judge(question: Question, captureFor: CaptureFor): Judged {
  const { words } = question.command
  const [tool = '', object = ''] = words
  if (tool === 'ping') return words.at(-1) === 'ADDRESS' ? matrix(question) : ping(question)
  if (tool === 'curl') return curl(question)
  if (tool === 'nc') return connection(question)
  if (tool === 'tcpdump') return seen(question, captureFor)
  if (tool === 'ip' && words.includes('link')) return link(question)
  if (tool === 'ip' && object === 'addr') return address(question)
  if (tool === 'ip' && object === 'neigh') return neighbour(question)
  if (tool === 'ip' && words.includes('route')) return route(question)
  if (tool === 'getent') {
    return { reason: 'names of nodes are in /etc/hosts files of the lab, which are not made here' }
  }
  return { reason: `compared by the scenario itself; look by hand: ${words.join(' ')}` }
}

/** Where a program of the scenario carries packets, a shell has nobody to carry them. */
function carriedByScript({ command, world }: Question): string | undefined {
  const { node, words } = command
  const own = world.scriptDevices.find(each => each.node === node && each.link === words.at(-1))
  const device = own ?? world.scriptDevices[0]
  if (device === undefined) return undefined
  const reason = `a program of the scenario is behind ${device.link} of ${device.node}`
  if (words[0] === 'tcpdump' || (own !== undefined && words.includes('link'))) return reason
  if (words[0] !== 'ping' && words[0] !== 'curl' && words[0] !== 'nc') return undefined
  const name = words[0] === 'nc' ? words.at(-2) : words.at(-1)?.replace(/^https?:\/\/|[:/].*$/g, '')
  const to = world.named(name ?? '') ?? world.ownerFor(node, name ?? '')
  if (to === undefined || world.machineOf(to) === world.machineOf(node)) return undefined
  return world.isHost(to) && world.isHost(node) ? undefined : reason
}

const MAC = /\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g

/** A MAC that the kernel made up means nothing to another run. */
function nameOf(mac: string, world: World): string {
  const link = world.linkWith(mac)
  return link === undefined ? mac : `the MAC of ${link.link} of ${link.node}`
}

export function translateExpectation(
  expectation: Expectation,
  world: World,
  captureFor: CaptureFor,
): Item {
  const title = oneLine(expectation.title).replace(MAC, mac => nameOf(mac, world))
  if (expectation.status !== 'passed') {
    return { kind: 'left-out', title, reason: 'it was not so in the scenario, which went on' }
  }
  const question = questionOf(expectation, world)
  if (question === undefined) {
    return { kind: 'left-out', title, reason: 'the scenario does not say how to look by hand' }
  }
  const carried = carriedByScript(question)
  const judged = carried === undefined ? judge(question, captureFor) : { reason: carried }
  if ('reason' in judged) return { kind: 'left-out', title, reason: oneLine(judged.reason) }
  return {
    kind: 'check',
    title,
    isNegative: question.isNegative,
    isEventual: / within \d+ ms$/.test(expectation.title),
    test: judged.test,
  }
}
