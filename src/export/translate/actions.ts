import type { Action } from '../../runner/events.ts'
import type { Item } from '../play.ts'
import { after, oneLine, placed, wordsOf } from '../shell-line.ts'
import type { World } from '../world.ts'

/** What `namespace` of the script sets, on every machine alike. */
const USUAL =
  /sysctl -w net\.(ipv4\.icmp_ratelimit=0|ipv6\.icmp\.ratelimit=0|ipv6\.conf\.default\.addr_gen_mode=1)$/

export const isUsual = ({ shell }: Action) => shell.split('\n').every(line => USUAL.test(line))

const STAND_IN = /^# (\S+): userspace stand-in for: (.+)$/

/** The kernel's own devices, by node and name, where a program of the lab stood in for them. */
export class StandIns {
  readonly #commands = new Map<string, string>()

  constructor(actions: readonly Action[]) {
    for (const line of actions.flatMap(({ shell }) => shell.split('\n'))) {
      const [, node = '', command] = STAND_IN.exec(line) ?? []
      if (command === undefined) continue
      const words = wordsOf(command)
      const name = after(words, 'name') ?? words[3] ?? ''
      this.#commands.set(`${node} ${name}`, command.replace(/^ip /, `ip -n ${node} `))
    }
  }

  /** GRE to whom a route says: the kernel takes the outer address from the neighbour's entry. */
  isManyGre(node: string, link: string): boolean {
    return / type gre .*remote any/.test(this.commandFor(node, link) ?? '')
  }

  /** `ip -n alpha link add flannel.ipip type ipip …` */
  commandFor(node: string, link: string): string | undefined {
    return this.#commands.get(`${node} ${link}`)
  }
}

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
    if (own !== undefined) {
      const made = own.replace(' remote any', '')
      const again = world.replaceStandIn(command.node, link)
      const removal = `ip -n ${command.node} link delete ${link}`
      return [{ kind: 'do', lines: again ? [removal, made] : [made] }]
    }
    return [deviceOfScript(command.node, link, world)]
  }
  if (object === 'link' && deed === 'set') {
    const isStandIn = standIns.commandFor(command.node, command.words[3] ?? '') !== undefined
    // The kernel gives a VLAN its link's MAC by itself, which is another one each time.
    if (isStandIn) return [{ kind: 'do', lines: [line.replace(/ address [0-9a-f:]{17}/, '')] }]
  }
  if (object === 'route' && (deed === 'add' || deed === 'replace')) {
    const [via = '', link = ''] = ['via', 'dev'].map(key => after(command.words, key) ?? '')
    if (via !== '' && standIns.isManyGre(command.node, link)) {
      const neighbour = `ip -n ${command.node} neigh replace ${via} lladdr ${via} dev ${link} nud permanent`
      return [{ kind: 'do', lines: [neighbour, line] }]
    }
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
    if (USUAL.test(line) || STAND_IN.test(line) || SAID.test(line)) continue
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
    } else items.push(...kernelLine(line, standIns, world))
    world.hear(line)
  }
  return items
}
