import { dropsForwarded, forwardsUnasked } from '../machines/forward-policy.ts'
import { linkedHosts } from '../machines/host-plans.ts'
import type { Linked } from '../machines/host-plans.ts'
import { addressesIn, ipv6In, isPublic, subnetOf } from '../machines/addresses.ts'
import { destinationsOf, isHostName } from '../machines/destinations.ts'
import { namespacesThere } from '../machines/namespaces.ts'
import { outsideOf } from '../machines/outside.ts'
import { withCaptures } from '../steps/captures.ts'
import { lastShownLine } from '../steps/last-shown-line.ts'
import { setEndings } from '../steps/endings.ts'
import { plannedSteps, stepsInOrder } from '../steps/ordered-step.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'
import type { Guess, HostPlan, PartPlan, PlannedStep } from '../walk-plan.ts'
import type { Expectation } from '../steps/expectation.ts'
import type { Cut } from './part-cuts.ts'
import type { Studied } from './studied.ts'

/** A part's own commands, and what is expected of them. */
interface Stretch {
  from: number
  to: number
  placed: readonly PlacedCommand[]
  expectations: readonly Expectation[]
}

const within = ({ from, to }: Stretch, index: number | undefined) =>
  index !== undefined && index >= from && index < to

/** The machines' links: as this part shows them, or the text of the whole document. */
function links(whole: Studied, stretch: Stretch): Linked {
  const { machines, document, placed, cards } = whole
  const own = whole.sightings.filter(({ index }) => within(stretch, index))
  const told = whole.sightings.filter(
    ({ index, host }) => index === undefined && !own.some(one => one.host === host),
  )
  const used = new Map(
    machines.names.map(name => {
      const uses = (from: number, to: number) =>
        cards
          .slice(from, to)
          .filter((_, i) => placed[from + i]?.host === name)
          .flat()
      const here = uses(stretch.from, stretch.to)
      return [name, here.length > 0 ? here : uses(0, cards.length)] as const
    }),
  )
  const typed = stretch.placed.flatMap(({ command }) => addressesIn(command.text))
  const isNobody = document.frontMatter.outside?.length === 0
  const asks6 = stretch.placed
    .flatMap(destinationsOf)
    .some(({ to, isIPv6 }) => isIPv6 && (isHostName(to) || isPublic(to)) && !whole.own.has(to))
  return linkedHosts({
    names: machines.names,
    frontMatter: document.frontMatter,
    sightings: [...own, ...told],
    gateways: whole.gateways.filter(({ index }) => within(stretch, index)),
    mtus: whole.mtus.toSorted(
      (a, b) => Number(within(stretch, b.index)) - Number(within(stretch, a.index)),
    ),
    cards: used,
    isMade: (name, device) => whole.own.makesLink(`${name}/`, device),
    needsIPv6: asks6 && !isNobody,
    isTaken: subnet => typed.some(address => subnet.contains(address)),
  })
}

/** What is taken for granted of one machine besides its link. */
function furnished(
  whole: Studied,
  { placed, expectations }: Stretch,
  link: Linked['hosts'][number],
): { host: HostPlan; guesses: Guess[] } {
  const { frontMatter } = whole.document
  const several = whole.machines.names.length > 1
  const on = several ? ` on ${link.name}` : ''
  const guesses: Guess[] = []
  const here = placed.map(one => one.host === link.name || one.alsoOn.includes(link.name))
  const mine = placed.filter((_, i) => here[i])
  const expected = expectations.filter((_, i) => here[i])
  const sysctls: Record<string, string> = {}
  const drops =
    frontMatter.forward === undefined ? dropsForwarded(mine, expected, whole.own) : undefined
  if (drops !== undefined) {
    guesses.push({
      text: `the policy of FORWARD is DROP${on}, as where Docker runs, also from port to port of a bridge`,
      ...drops,
      instead: 'forward: ACCEPT',
    })
    sysctls['net.bridge.bridge-nf-call-iptables'] = '1'
  }
  const forwards =
    frontMatter.sysctls?.['net.ipv4.ip_forward'] === undefined
      ? forwardsUnasked(mine, expected)
      : undefined
  if (forwards !== undefined) {
    const instead = 'sysctls: { net.ipv4.ip_forward: 0 }'
    guesses.push({ text: `net.ipv4.ip_forward is 1${on}`, ...forwards, instead })
    sysctls['net.ipv4.ip_forward'] = '1'
  }
  const there = frontMatter.namespaces === undefined ? namespacesThere(mine) : []
  for (const { name, line, why } of there) {
    const text = `the network namespace ${name} is there${on}`
    guesses.push({ text, line, why, instead: 'namespaces: []' })
  }
  const host: HostPlan = {
    ...link,
    forward: frontMatter.forward ?? (drops === undefined ? 'ACCEPT' : 'DROP'),
    namespaces: frontMatter.namespaces ?? there.map(({ name }) => name),
    sysctls: { ...sysctls, ...frontMatter.sysctls },
  }
  return { host, guesses }
}

function stepsOf(whole: Studied, { placed, expectations }: Stretch): PlannedStep[] {
  const steps = withCaptures(stepsInOrder(placed, expectations), {
    own: whole.own,
    lastShownLine: command => lastShownLine(whole.document, command),
  })
  setEndings(steps, whole.headings)
  return plannedSteps(steps)
}

/** Plans one part of a document: from a cut to the next. */
export function planPart(
  whole: Studied,
  cut: Cut,
  to = whole.placed.length,
): { plan: PartPlan; guesses: Guess[] } {
  const { from } = cut
  const placed = whole.placed.slice(from, to)
  const stretch = { from, to, placed, expectations: whole.expectations.slice(from, to) }
  const linked = links(whole, stretch)
  const { hosts, gateway, gateway6 } = linked
  const furniture = hosts.map(link => furnished(whole, stretch, link))
  const prefixes = hosts.flatMap(({ prefix, prefix6 }) => [prefix, prefix6 ?? []].flat())
  const outer = outsideOf({
    ...stretch,
    frontMatter: whole.document.frontMatter,
    own: whole.own,
    segments: prefixes.flatMap(prefix => subnetOf(prefix) ?? []),
    taken: [...prefixes.map(bare), gateway, ...(gateway6 === undefined ? [] : [gateway6])],
    names: new Set(whole.machines.names),
  })
  const plan: PartPlan = {
    line: cut.line,
    ...(cut.why === undefined ? {} : { why: cut.why }),
    hosts: furniture.map(({ host }) => host),
    gateway,
    ...(gateway6 === undefined ? {} : { gateway6 }),
    outside: outer.outside,
    steps: stepsOf(whole, stretch),
  }
  // What the document does not show matters where its commands speak of the link itself.
  const isLinkUsed = hosts.length > 1 || whole.cards.slice(from, to).some(uses => uses.length > 0)
  const isTold = isLinkUsed && !linked.guesses.some(isOfIPv6)
  const own = linked.guesses.filter(one => one.line !== undefined || isTold || isOfIPv6(one))
  return { plan, guesses: [...own, ...furniture.flatMap(one => one.guesses), ...outer.guesses] }
}

const isOfIPv6 = ({ text }: Guess) => ipv6In(text).length > 0
const bare = (prefix: string) => prefix.split('/', 1)[0] ?? ''
