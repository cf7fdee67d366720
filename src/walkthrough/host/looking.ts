import type { SimpleCommand } from '../compare/comparison.ts'
import { simpleCommands } from '../compare/simple-command.ts'

const LONGEST_NAP_S = 5

/** They send packets: before them, links and addresses are to be ready. */
const TRAFFIC =
  /^(?:ping6?|fping|arping|curl|wget|nc|ncat|netcat|telnet|traceroute6?|tracepath6?|mtr|dig|host|nslookup|iperf3?|ssh|ab|hping3|socat|nmap)$/

/** They look, and change nothing: asked again, they say what is so by now. */
const LOOKING =
  /^(?:arp|bridge|brctl|ifconfig|ip|ip6?tables-save|lsns|netstat|route|ss|sysctl|cat|ethtool|conntrack|ip6?tables|nft|ls|hostname)$/
const CHANGING =
  /^(?:add|addbr|addif|append|attach|change|chg|del|delbr|delete|delif|exec|flush|monitor|replace|set|setfd|stp|up|down|-w|-[A-DFIN-RXZ]|-s|hw|ether|mtu|netmask|default|create)$/

export function sendsPackets(text: string): boolean {
  return simpleCommands(text).some(({ program }) => TRAFFIC.test(program))
}

export function asksServers(text: string): boolean {
  const asks = /^(?:curl|wget|nc|ncat|netcat|telnet|dig|host|nslookup|socat|iperf3?)$/
  return simpleCommands(text).some(({ program }) => asks.test(program))
}

/** Whether those are, or may be, of IPv6. */
export function mayBeIPv6(text: string): boolean {
  return /:[\da-f]*:|ping6|\s-6\b|\.[a-z]{2,}\b/i.test(text)
}

/** Who wrote that a while passes first means no less. */
const isNap = ({ program, args: [time] }: SimpleCommand) =>
  program === 'sleep' && Number(time) <= LONGEST_NAP_S

/** Whether a command can be run again, and nobody would notice but by its output. */
export function onlyLooks(text: string): boolean {
  const commands = simpleCommands(text).filter(one => !isNap(one))
  if (commands.length === 0 || />/.test(text)) return false
  return commands.every(
    ({ program, args }, n) =>
      (LOOKING.test(program) && !args.some(word => CHANGING.test(word) || /=/.test(word))) ||
      (n > 0 && /^(?:grep|head|tail|awk|sed|cut|sort|wc|cat|tr|column)$/.test(program)),
  )
}

/** They ask the kernel for something, and are over when it is done. */
const BRIEF = /^(?:arp|brctl|bridge|echo|ifconfig|ip|ip6?tables|nft|route|sysctl|tc)$/
/** What else a line may do, and when `ip` goes on. */
const LASTING = /[`|&;(){}<\n]|\$\(|\s(?:exec|monitor|mon|-b|-batch|-f)\b|\bnetns\s+del/

/** Whether a line is over soon whatever the machine is like, and starts nothing. */
export function isBrief(text: string): boolean {
  if (LASTING.test(text.replace(/\bip netns exec\b/, ''))) return false
  const commands = simpleCommands(text)
  return commands.length === 1 && commands.every(({ program }) => BRIEF.test(program))
}
