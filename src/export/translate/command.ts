import type { Command } from '../../runner/events.ts'
import { shellWord } from '../../names.ts'
import type { Item } from '../play.ts'
import { isPlain, oneLine, typedLine, wordsOf } from '../shell-line.ts'
import type { World } from '../world.ts'
import { addressBehind } from './reaching.ts'

/** Programs that change or show something, and send nothing. */
const CONFIGURES =
  /^\s*(sudo )?(ip|bridge|tc|ip6?tables\S*|nft|sysctl|brctl|ifconfig|route|ethtool|cat|grep)\b/

/** Whether it may have sent what a capture sees. */
export const isTraffic = ({ command }: Command) => !CONFIGURES.test(command)

/** Programs that are given the name of a node, where a shell has only its address. */
const TAKES_NAMES = /^(ping|curl|nc|traceroute|tracepath|telnet|wget)$/

function withAddresses(node: string, words: readonly string[], world: World): string[] {
  if (!TAKES_NAMES.test(words[0] ?? '')) return [...words]
  return words.map((word, n) => {
    const isName = n > 0 && world.named(word) !== undefined
    return isName ? (addressBehind(world, node, word) ?? word) : word
  })
}

/** As typed on the machine: `ip netns exec host iptables -P FORWARD DROP`. */
function typedOn(node: string, command: string, world: World): string {
  const within = `ip netns exec ${node}`
  // zx writes a word that needs quotes as $'…'.
  const quoted = command.replace(/\$'([^'\\]*)'/g, "'$1'")
  if (isPlain(quoted.replace(/'[^']*'/g, ''))) {
    const words = withAddresses(node, wordsOf(quoted), world)
    const [tool = '', ...rest] = words
    const all = typedLine(rest)
    if (tool === 'ip' || tool === 'bridge') return `${tool} -n ${node} ${all}`
    return `${within} ${tool} ${all}`.trimEnd()
  }
  return `${within} bash -c ${shellWord(`set -euo pipefail; ${command}`)}`
}

export function translateCommand({ node, command, exitCode }: Command, world: World): Item {
  const line = typedOn(node, command, world)
  if (exitCode === null) {
    return { kind: 'remark', text: `left out, as the scenario stopped it: ${oneLine(line)}` }
  }
  world.hear(line)
  return { kind: 'try', line, exitCode }
}
