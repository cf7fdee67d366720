import type { Action } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import { after, oneLine, placed, wordsOf } from '../shell-line.ts'
import type { World } from '../world.ts'
import { isOfCapture } from './captures.ts'
import { withPlainName } from './link-names.ts'
import { isOfServer } from './servers.ts'

/** What `namespace` of the script sets, on every machine alike. */
const USUAL =
  /sysctl -w net\.(ipv4\.icmp_ratelimit=0|ipv6\.icmp\.ratelimit=0|ipv6\.conf\.default\.addr_gen_mode=1)$/

const STAND_IN = /^# (\S+): userspace stand-in for: ip (.+)$/

/** What a program of the lab stood in for, as the kernel does it: `ip -n alpha link add …`. */
function stoodFor(line: string): string | undefined {
  const [, node = '', rest] = STAND_IN.exec(line) ?? []
  return rest === undefined ? undefined : `ip -n ${node} ${rest}`
}

/** The kernel's own devices, by node and name, where a program of the lab stood in for them. */
export class StandIns {
  readonly #commands = new Map<string, string>()

  constructor(actions: readonly Action[]) {
    for (const line of actions.flatMap(({ shell }) => shell.split('\n'))) {
      const command = stoodFor(line) ?? ''
      const { node, words } = placed(command) ?? { node: '', words: [] }
      const name = after(words, 'name') ?? words[3] ?? ''
      if (isDevice(command)) this.#commands.set(`${node} ${name}`, command)
    }
  }

  /** `ip -n alpha link add flannel.ipip type ipip …` */
  commandFor(node: string, link: string): string | undefined {
    return this.#commands.get(`${node} ${link}`)
  }
}

const isDevice = (command: string) => / link add /.test(command)

function deviceOfScript(node: string, link: string, world: World): Item {
  world.scriptDevices.push({ node, link })
  const text = `left out: ${link} of ${node}, behind which a program of the scenario is`
  return { kind: 'remark', text }
}

/** A line as it is typed where the kernel does it all. */
function kernelLine(line: string, standIns: StandIns, world: World): Item[] {
  const command = placed(line)
  const [, object, deed] = command?.words ?? []
  if (command === undefined) return [{ kind: 'do', lines: [line] }]
  // Without its program the device is for nothing, and not everybody may make one.
  if (
    world.scriptDevices.some(
      each => each.node === command.node && command.words.includes(each.link),
    )
  )
    return []
  if (object === 'tuntap' && deed === 'add') {
    const link = after(command.words, 'dev') ?? ''
    const own = standIns.commandFor(command.node, link)
    return [
      own === undefined ? deviceOfScript(command.node, link, world) : { kind: 'do', lines: [own] },
    ]
  }
  if (object === 'link' && deed === 'set') {
    const isStandIn = standIns.commandFor(command.node, command.words[3] ?? '') !== undefined
    // The kernel gives a VLAN its link's MAC by itself, which is another one each time.
    if (isStandIn) return [{ kind: 'do', lines: [line.replace(/ address [0-9a-f:]{17}/, '')] }]
  }
  // With nothing to delete it fails, which is as good.
  if (command.words[0] === 'conntrack') return [{ kind: 'do', lines: [`${line} || true`] }]
  return [{ kind: 'do', lines: [line] }]
}

/** Of a namespace that `namespace` has made, no link makes addresses itself. */
const SAID = /^ip -n \S+ link set \S+ addrgenmode none$/

export function translateAction(action: Action, standIns: StandIns, world: World): Item[] {
  const items: Item[] = []
  for (const line of action.shell.split('\n')) {
    if (USUAL.test(line) || SAID.test(line) || isOfServer(line) || isOfCapture(line)) continue
    const own = stoodFor(line)
    if (own !== undefined) {
      // A device is made where what stood in for it was.
      if (!isDevice(own)) items.push({ kind: 'do', lines: [own] })
      continue
    }
    if (line.startsWith('ip netns add ')) {
      const name = wordsOf(line)[3] ?? ''
      // What could not be made whole was removed again, and nobody told.
      if (world.names.includes(name)) {
        items.push({ kind: 'do', lines: [`ip netns delete ${name}`] })
      }
      const label = world.labelOf(name)
      if (label !== name) items.push({ kind: 'remark', text: `${name} is ${oneLine(label)}` })
      items.push({ kind: 'namespace', name })
    } else if (line.startsWith('#')) {
      items.push({ kind: 'remark', text: line.slice(1).trim() })
    } else {
      for (const item of kernelLine(line, standIns, world)) {
        if (item.kind !== 'do') items.push(item)
        else items.push({ ...item, lines: item.lines.map(withPlainName) })
      }
    }
    world.hear(line)
  }
  return items
}
