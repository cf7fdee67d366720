import type { SimpleCommand } from '../../compare/comparison.ts'
import { ipWords } from '../typing/ip-words.ts'

/**
 * What a command is there for: `traffic` sends packets and tells what came back; `capture` prints
 * those of others; `server` waits for them; `looking` only prints what there is; `change` is the rest.
 */
export type Nature = 'traffic' | 'capture' | 'server' | 'looking' | 'change'

const words = (text: string) => new Set(text.split(/\s+/).filter(word => word !== ''))

const CAPTURES = words('tcpdump tshark dumpcap ngrep tcpflow')
const TRAFFIC = words(`ping ping6 fping arping curl wget http traceroute traceroute6 tracepath
  tracepath6 mtr nc ncat netcat nc.openbsd nc.traditional telnet dig nslookup host drill nping hping3
  nmap iperf iperf3 netperf ab wrk socat ftp`)
const LOOKING =
  words(`ls cat grep egrep fgrep awk gawk head tail less more wc sort uniq cut tr column
  pwd which type whoami id uname hostname date uptime ps pgrep pidof top htop lsns lsmod lspci lsof
  ss netstat man history dmesg journalctl tree file stat jq sleep wait true false clear env printenv
  readlink getent resolvectl ipcalc modinfo iptables-save ip6tables-save ebtables-save jobs echo printf
  test [ watch exit logout`)
const SHOWING = /^(show\w*|list|ls|lst|get|status|is-\w+|list-\w+|monitor|identify|pids|)$/
/** tcpdump(1): of a file, behind options that take no word themselves. */
const READS_FILE = /^-[AbdDefhHIKlLnNOpqStuUvVxX#]*r\S*$/
const LISTS = /^(-[a-zA-Z]*[LSC]|--(list|list-rules|check)$)/
const EDITS = /^(-[ADINXFPREZ]|--(append|delete|insert|new-chain|flush|policy|replace|zero)\b)/

const hasOption = (args: readonly string[], pattern: RegExp) => args.some(arg => pattern.test(arg))
const operands = (args: readonly string[]) => args.filter(arg => !arg.startsWith('-'))

/** Whether it waits for those who talk to it. */
export function isServer({ program, args }: SimpleCommand): boolean {
  if (/^(nc|ncat|netcat|nc\.\w+)$/.test(program)) {
    return hasOption(args, /^(-[a-zA-Z]*l|--listen$)/)
  }
  if (/^python[\d.]*$/.test(program)) return hasOption(args, /^(http\.server|SimpleHTTPServer)$/)
  if (/^iperf3?$/.test(program)) return hasOption(args, /^(-[a-zA-Z]*s|--server$)/)
  if (program === 'socat') return hasOption(args, /-(listen|recv|recvfrom):|-l:/i)
  if (program === 'php') return args.includes('-S')
  if (program === 'busybox') return args[0] === 'httpd'
  return /^(dnsmasq|radvd|dhcpd|udhcpd|sshd|nginx|httpd|darkhttpd|hostapd|netserver)$/.test(program)
}

/** Programs whose verb says whether they look or change. */
function looksByVerb({ program, args }: SimpleCommand): boolean | undefined {
  switch (program) {
    case 'brctl':
      return SHOWING.test(args[0] ?? '')
    case 'bridge':
    case 'tc':
    case 'devlink':
      return SHOWING.test(operands(args)[1] ?? '')
    case 'nft':
    case 'ovs-vsctl':
      return /^(list|show|monitor)/.test(operands(args)[0] ?? '')
    case 'systemctl':
      return SHOWING.test(operands(args)[0] ?? '')
    case 'service':
      return args[1] === 'status'
    case 'ifconfig':
      return operands(args).length <= 1
    case 'route':
      return operands(args).length === 0
    case 'arp':
      return !hasOption(args, /^-[a-z]*[sdf]/)
    case 'sysctl':
      return !hasOption(args, /^(-w|-p|--write|--load|--system)|=/)
    case 'conntrack':
      return hasOption(args, /^-[LEGCS]|^--(dump|event|stats|count)/)
    case 'ethtool':
      return !hasOption(args, /^-[A-Zs]$|^--(set|offload|change|features)/)
    case 'wg':
      return SHOWING.test(args[0] ?? '')
    case 'iptables':
    case 'ip6tables':
    case 'ebtables':
    case 'arptables':
      return hasOption(args, LISTS) && !hasOption(args, EDITS)
    default:
      return undefined
  }
}

/** What one simple command is there for. */
export function natureOf(command: SimpleCommand): Nature {
  const { program } = command
  if (CAPTURES.has(program)) return 'capture'
  if (isServer(command)) return 'server'
  if (TRAFFIC.has(program)) return 'traffic'
  const ip = ipWords(command)
  if (ip !== undefined) return SHOWING.test(ip.action) ? 'looking' : 'change'
  if (program === 'ip') return 'looking'
  return (looksByVerb(command) ?? LOOKING.has(program)) ? 'looking' : 'change'
}

/** Whether its output goes into a file, or into the kernel by `/proc/sys` and `/sys`. */
const writesFile = (text: string) =>
  /(?<![<>&])>>?\s*(?!\s*(&|\/dev\/null|>))/.test(text.replace(/'[^']*'|"[^"]*"/g, '')) ||
  /\btee\b/.test(text)

/** Whether it shows what was captured before. */
export const readsCapture = ({ program, args }: SimpleCommand): boolean =>
  CAPTURES.has(program) && args.some(word => READS_FILE.test(word))

/** What a line of simple commands is there for: the one of them that matters most to what follows. */
export function natureOfAll(text: string, simple: readonly SimpleCommand[]): Nature {
  const natures = new Set(simple.map(natureOf))
  if (natures.has('capture') && simple.some(readsCapture)) return 'looking'
  const order: Nature[] = ['change', 'server', 'traffic', 'capture']
  const found = order.find(nature => natures.has(nature))
  if (found !== undefined) return found
  return writesFile(text) ? 'change' : 'looking'
}
