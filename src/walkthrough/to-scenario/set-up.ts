import { USUAL_MTU, wireMtu } from '../plan/machines/wire-mtu.ts'
import type { HostPlan, OutsidePlan, PartPlan, WalkPlan } from '../plan/walk-plan.ts'
import { objectLiteral } from './code/object-literal.ts'
import { commentText, stringLiteral, templateText } from './code/literal.ts'
import type { NodeSymbol } from './code/symbols.ts'
import type { World } from './world.ts'

export interface SetUp {
  world: World
  part: PartPlan
  plan: WalkPlan
  /** Nodes that the steps speak of. */
  used: ReadonlySet<NodeSymbol>
  /** What is said above the making of a container. */
  above: ReadonlyMap<NodeSymbol, string>
}

/** Bridges call iptables in every lab whose kernel knows how. */
const settingsOf = ({ sysctls }: PartPlan['hosts'][number]) =>
  Object.entries(sysctls).filter(([key]) => !key.startsWith('net.bridge.bridge-nf-call-'))

const command = ({ variable }: NodeSymbol, text: string) =>
  `await ${variable}.$\`${templateText(text)}\``

/** Router and addresses behind the hosts' links. */
function internet(setUp: SetUp): string[] {
  const { world, part } = setUp
  const { segment, outside } = world
  const length = part.hosts[0]?.prefix.split('/')[1] ?? '24'
  const { variable, label } = world.internet
  const joined = `await ${segment.variable}.join(${stringLiteral(label)}, ${stringLiteral(`${part.gateway}/${length}`)})`
  if (outside.length === 0) return [joined]
  const lo = world.names.name('lo')
  const isOne = outside.length === 1
  const on = isOne ? `(await ${variable}.link('lo'))` : lo
  const addresses = outside.map(
    ({ address, variable: one }) =>
      `await ${on}.addAddress(\`\${${one}}/${address.includes(':') ? 128 : 32}\`)`,
  )
  const lines = [
    `const ${variable} = ${joined}`,
    ...(isOne ? [] : [`const ${lo} = await ${variable}.link('lo')`]),
    ...addresses,
  ]
  return [...lines, ...pages(setUp)]
}

const isPlain = ({ status, headers }: OutsidePlan) => status === undefined && headers === undefined

/** What a handler returns for somebody behind the gateway. */
function answerLiteral({ http, status, headers = {} }: OutsidePlan): string {
  const all = Object.entries(headers).map(
    ([name, value]) =>
      `${/^\w+$/.test(name) ? name : stringLiteral(name)}: ${stringLiteral(value)}`,
  )
  const parts = [
    ...(status === undefined ? [] : [`status: ${status}`]),
    ...(all.length === 0 ? [] : [`headers: { ${all.join(', ')} }`]),
    `body: ${stringLiteral(http)}`,
  ]
  return `{ ${parts.join(', ')} }`
}

/** What those answer to HTTP whom somebody asks. */
function pages({ world, part }: SetUp): string[] {
  const asking = part.steps
    .map(({ command }) => command.text)
    .filter(text => /\b(?:curl|wget|http)\b/.test(text))
    .join('\n')
  const asked = world.outside.filter(({ address, names }) =>
    [address, ...names].some(word => asking.toLowerCase().includes(word)),
  )
  const [first, ...others] = asked
  const { variable } = world.internet
  if (first === undefined) return []
  const arePlain = asked.every(isPlain)
  const answer = (one: OutsidePlan) => (arePlain ? stringLiteral(one.http) : answerLiteral(one))
  const its = answer(first)
  if (others.every(one => answer(one) === its)) {
    return [`await ${variable}.serve(80, () => ${arePlain ? its : `(${its})`})`]
  }
  const pages = world.names.name('pages')
  const type = arePlain
    ? ''
    : '<string, { status?: number; headers?: Record<string, string>; body: string }>'
  const entries = asked.map(one => `  [${one.variable}, ${answer(one)}],`)
  const serve = `await ${variable}.serve(80, ({ local }) => ${pages}.get(local) ?? '')`
  return [`const ${pages} = new Map${type}([`, ...entries, '])', serve]
}

/** Lines that make what a part of a document begins with. */
export function setUpLines(setUp: SetUp): string[] {
  const { world, part, plan, used, above } = setUp
  const held = (node: NodeSymbol) =>
    used.has(node) || world.hasUplink ? `const ${node.variable} = ` : ''
  const lines: string[] = []
  if (world.hasUplink) {
    const { label, variable } = world.segment
    const wire = wireMtu(part.hosts)
    const options = wire === USUAL_MTU ? '' : `, ${objectLiteral({ mtu: wire })}`
    lines.push(`const ${variable} = await lab.segment(${stringLiteral(label)}${options})`)
  }
  const hosts = part.hosts.flatMap(host => {
    const node = world.hosts.get(host.name)
    return node === undefined ? [] : [{ host, node }]
  })
  for (const { host, node } of hosts) {
    const needed = host.forward === 'DROP' || settingsOf(host).length > 0 || hasOwnMtu(host, part)
    const isUsed =
      needed || plan.setup !== undefined || world.containers.some(one => one.host === node)
    const label = stringLiteral(node.label)
    const device = objectLiteral({ device: host.device === 'eth0' ? undefined : host.device })
    const join = `${world.segment.variable}.join(${label}, ${stringLiteral(host.prefix)}${device === '' ? '' : `, ${device}`})`
    const made = world.hasUplink ? join : `lab.host(${label})`
    lines.push(`${isUsed ? `const ${node.variable} = ` : held(node)}await ${made}`)
  }
  if (world.hasUplink) lines.push(...internet(setUp))
  for (const { host, node } of hosts) lines.push(...begun(host, node, setUp))
  for (const node of world.containers) {
    const said = above.get(node)
    if (said !== undefined) lines.push(`// ${commentText(said)}`)
    const name = used.has(node) ? `const ${node.variable} = ` : ''
    lines.push(
      `${name}await ${node.host?.variable ?? 'host'}.container(${stringLiteral(node.label)})`,
    )
  }
  return lines
}

/** Whether its link takes less than the wire. */
const hasOwnMtu = ({ mtu = USUAL_MTU }: HostPlan, { hosts }: PartPlan) => mtu !== wireMtu(hosts)

/** What a host has before the first command. */
function begun(host: HostPlan, node: NodeSymbol, { world, part, plan }: SetUp) {
  const route = `await ${node.variable}.addRoute({ to: 'default', via: ${stringLiteral(part.gateway)} })`
  const link = `await ${node.variable}.link(${stringLiteral(host.device)})`
  const isSmaller = world.hasUplink && hasOwnMtu(host, part)
  return [
    ...(isSmaller ? [`await (${link}).setMtu(${host.mtu ?? USUAL_MTU})`] : []),
    ...(world.hasUplink ? [route] : []),
    ...(host.forward === 'DROP' ? [command(node, 'iptables -P FORWARD DROP')] : []),
    ...settingsOf(host).map(
      ([key, value]) =>
        `await ${node.variable}.sysctl(${stringLiteral(key)}, ${/^\d{1,9}$/.test(value) ? Number(value) : stringLiteral(value)})`,
    ),
    ...(plan.setup === undefined ? [] : [command(node, plan.setup)]),
  ]
}
