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

/** Labels that are host names as they stand; others are found by a name made of them. */
const HOST_NAME = /^\w[\w.-]*$/

function addressOf(name: string, node: string, world: World): string | undefined {
  if (!HOST_NAME.test(name) || world.named(name) === undefined) return undefined
  return addressBehind(world, node, name)
}

/** `http://web:8080/` with an address for the name, wherever it stands. */
function withAddressesInUrls(text: string, node: string, world: World): string {
  return text.replace(/\b(https?:\/\/)([\w.-]+)/g, (url, scheme: string, name: string) => {
    const address = addressOf(name, node, world)
    if (address === undefined) return url
    return scheme + (address.includes(':') ? `[${address}]` : address)
  })
}

function withAddresses(node: string, words: readonly string[], world: World): string[] {
  if (!TAKES_NAMES.test(words[0] ?? '')) return [...words]
  return words.map((word, n) => {
    const [name = '', rest = ''] = word.split(/(?=[:/])(.*)/s)
    const address = n === 0 ? undefined : addressOf(name, node, world)
    if (address === undefined) return withAddressesInUrls(word, node, world)
    return rest !== '' && address.includes(':') ? `[${address}]${rest}` : address + rest
  })
}

/** What only a shell knows, and no program is called so. */
const NEEDS_SHELL =
  /^(\w+=.*|[!.:]|alias|cd|command|declare|eval|exec|exit|export|for|hash|if|let|local|read|readonly|return|set|shift|shopt|source|time|times|trap|type|ulimit|umask|unset|until|wait|while)$/s

/** One program with its words, which was found: without a shell it does the same. */
function isOneProgram(command: string, exitCode: number | null): boolean {
  const [tool = ''] = wordsOf(command)
  const isFound = exitCode !== 126 && exitCode !== 127
  const isOneLine = !command.trim().includes('\n')
  return isFound && isOneLine && !NEEDS_SHELL.test(tool) && isPlain(command.replace(/'[^']*'/g, ''))
}

/** As typed on the machine: `ip netns exec host iptables -P FORWARD DROP`. */
function typedOn({ node, command, exitCode }: Command, world: World): string {
  const within = `ip netns exec ${node}`
  // zx writes a word that needs quotes as $'…'.
  const quoted = command.replace(/\$'([^'\\]*)'/g, "'$1'")
  if (isOneProgram(quoted, exitCode)) {
    const words = withAddresses(node, wordsOf(quoted), world)
    const [tool = '', ...rest] = words
    const all = typedLine(rest)
    if (tool === 'ip' || tool === 'bridge') return `${tool} -n ${node} ${all}`
    return `${within} ${tool} ${all}`.trimEnd()
  }
  const all = withAddressesInUrls(command, node, world)
  return `${within} bash -c ${shellWord(`set -euo pipefail; ${all.trim()}`)}`
}

export function translateCommand(event: Command, world: World): Item {
  const { exitCode } = event
  const line = typedOn(event, world)
  if (exitCode === null) {
    return { kind: 'remark', text: `left out, as the scenario stopped it: ${oneLine(line)}` }
  }
  world.hear(line)
  return { kind: 'try', line, exitCode }
}
