import type { SimpleCommand } from '../../compare/comparison.ts'
import type { TypedCommand } from '../../typed/typed.ts'
import type { StepKind } from '../walk-plan.ts'
import { ipWords } from '../typing/ip-words.ts'
import { withoutSubstitutions } from '../typing/reader-shell.ts'
import type { Written } from '../typing/reader-shell.ts'
import { isServer, natureOf, readsCapture } from './nature.ts'
import { notRunReason } from './not-run.ts'

export interface KindOfStep {
  kind: StepKind
  reason?: string
  /** The command without the `&` at its end: it is started and stopped by the walk. */
  foreground?: string
}

const SHELL = /^(ba|z|da|k|fi|a)?sh$/

const hasOption = (args: readonly string[], pattern: RegExp) => args.some(arg => pattern.test(arg))
const outsideQuotes = (text: string) =>
  (text.includes('<<') ? (text.split('\n', 1)[0] ?? '') : text).replace(
    /'[^']*'|"(?:\\.|[^"\\])*"|\\./g,
    'q',
  )
/** `&` alone: neither `&&` nor part of a redirection. */
const BACKGROUND = /(?<![&><|])&(?![&>])/
const AT_END = /(?<![&><|])&\s*(?:disown\s*)?(?:#.*)?$/

/** Daemons that stay in the foreground when told so, or unless told otherwise. */
function staysInForeground({ program, args }: SimpleCommand): boolean | undefined {
  switch (program) {
    case 'dnsmasq':
      return hasOption(args, /^(-[a-zA-Z]*[dk]|--no-daemon|--keep-in-foreground)$/)
    case 'radvd':
      return hasOption(args, /^(-n|--nodaemon)$/)
    case 'dhcpd':
    case 'udhcpd':
    case 'udhcpc':
      return hasOption(args, /^(-f|-d)$/)
    case 'dhclient':
      return args.includes('-d')
    case 'sshd':
    case 'netserver':
      return args.includes('-D')
    case 'nginx':
      return hasOption(args, /daemon off/)
    case 'busybox':
    case 'httpd':
      return args.includes('-f')
    case 'iperf':
    case 'iperf3':
      return isServer({ program, args }) && !hasOption(args, /^(-D|--daemon|-1|--one-off)$/)
    case 'hostapd':
      return !args.includes('-B')
    case 'openvpn':
      return !args.includes('--daemon')
    default:
      return /^(flanneld|etcd|coredns|gobgpd|exabgp|dockerd|containerd)$/.test(program) || undefined
  }
}

/** Whether it prints, or waits, until somebody stops it. */
function runsUntilStopped(command: SimpleCommand): boolean {
  const { program, args } = command
  if (natureOf(command) === 'capture') {
    if (readsCapture(command)) return false
    return !hasOption(args, /^(-[DLhV]|--(version|help|list-interfaces))$/)
  }
  const foreground = staysInForeground(command)
  if (foreground !== undefined) return foreground
  if (/^(ping6?|arping)$/.test(program))
    return !hasOption(args, /^(-[a-zA-Z]*[cwVh]\d*|--count\S*)$/)
  if (isServer(command)) return true
  switch (program) {
    case 'watch':
    case 'top':
    case 'htop':
    case 'iftop':
    case 'yes':
      return !hasOption(args, /^(-b|-n\d*)$/) || program === 'watch'
    case 'mtr':
      return !hasOption(args, /^(-[a-z]*[rc]\d*|--report\S*)$/)
    case 'tail':
      return hasOption(args, /^(-[a-z\d]*[fF]|--follow\S*)$/)
    case 'journalctl':
    case 'dmesg':
      return hasOption(args, /^(-[a-zA-Z]*[fw]|--follow)$/)
    case 'conntrack':
      return hasOption(args, /^(-E|--event)$/)
    case 'sleep':
      return /^(inf\w*|\d{4,}|\d+[hd])$/.test(args[0] ?? '')
    case 'ip':
      return ipWords(command)?.object === 'monitor' || ipWords(command)?.action === 'monitor'
    case 'bridge':
    case 'nft':
    case 'tc':
      return args.includes('monitor')
    default:
      return false
  }
}

/** `sh -c 'hostname box; exec bash'`: what it is told to run is another one in the end. */
const ENDS_IN_SHELL =
  /\b(?:ba|z|da|k|a)?sh\s+-[a-z]*c\s+(['"])(?:(?:(?!\1)[^])*?(?:;|&&|\n|\bexec\s)\s*)?(?:[\w./-]*\/)?(?:ba|z|da|k|a)?sh(?:\s+-[il]+)*\s*;?\s*\1\s*$/

/** A shell that what follows is typed in: none that is told what to run. */
function opensShell(text: string, { program, args }: SimpleCommand): boolean {
  const hasInput = /[<|]/.test(outsideQuotes(withoutSubstitutions(text)))
  if (hasInput) return false
  if (SHELL.test(program)) {
    return args.every(arg =>
      /^(-[il]+|--login|--norc|--noprofile|--rcfile|--init-file|\/\S*rc|\/dev\/fd\/\d+)$/.test(arg),
    )
  }
  if (program === 'busybox') return args.length === 1 && SHELL.test(args[0] ?? '')
  if (program === 'su') return !hasOption(args, /^(-c|--command)/)
  if (program === 'sudo') return args.length > 0 && hasOption(args, /^(-i|-s|--login|--shell)$/)
  // Without a program they start a shell themselves.
  return program === 'unshare' || program === 'nsenter' || program === 'chroot'
}

/** How a command is run: whether it ends, opens a shell or leaves one, or cannot be run here. */
export function kindOf(command: TypedCommand, { simple, text: written }: Written): KindOfStep {
  const { text } = command
  const reason = notRunReason(simple)
  if (reason !== undefined) return { kind: 'not-run', reason }
  const [first] = simple
  if (first === undefined) return { kind: 'command' }
  if (/^(exit|logout|\^D|Ctrl-D)$/i.test(first.program) && simple.length === 1) {
    return { kind: 'exit' }
  }
  if (ENDS_IN_SHELL.test(text)) return { kind: 'shell' }
  if (simple.length === 1 && opensShell(text, first)) return { kind: 'shell' }
  const bare = outsideQuotes(text)
  const isLong = simple.some(runsUntilStopped)
  if (!isLong) return { kind: 'command' }
  if (AT_END.test(bare)) {
    const isCapture = simple.some(one => natureOf(one) === 'capture')
    if (!isCapture || (command.shown ?? []).length === 0) return { kind: 'command' }
    const foreground = text
      .replace(/\s*&\s*(?:disown\s*)?(?:#.*)?$/, '')
      .replace(/^(\s*sudo)?\s*nohup\s+/, '$1 ')
      .trim()
    return { kind: 'until-stopped', foreground }
  }
  const isBehind = [bare, outsideQuotes(written)].some(one => BACKGROUND.test(one))
  return { kind: isBehind ? 'command' : 'until-stopped' }
}
