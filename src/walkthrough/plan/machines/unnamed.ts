import { isServer } from '../steps/nature.ts'
import type { PlacedCommand } from '../typing/placed-command.ts'

/** What a command may make without its words saying how that is called. */
export interface Unnamed {
  namespaces: boolean
  addresses: boolean
}

/** They do what a file says that the document does not show, or what another program prints. */
const RUNNERS =
  /^(?:source|\.|eval|xargs|parallel|make|ansible\S*|terraform|puppet|containerlab|clab|mn|cnitool|wg-quick|netplan|nmcli|ifup|ifdown|systemd-nspawn|start-stop-daemon|supervisord)$/
const INTERPRETERS = /^(?:(?:ba|z|da|k|a)?sh|python[\d.]*|perl|ruby|node|lua\S*)$/
/** A shell that reads what is written there first: `bash --rcfile <(echo "PS1='ns1> '")`. */
const OWN_RC = /--?(?:rcfile|init-file)[\s=]+<\([^()]*\)\s*$/
const SCRIPT = /\.(?:sh|bash|py|pl|rb|js|lua)$/
/** `./setup`, at the beginning of a command. */
const LOCAL = /(?:^|[;\n&|(]|\bsudo\s|\bexec\s+(?!-)\S+\s)\s*\.{1,2}\/[\w.-]/
const CONTAINERS = /^(?:docker|podman|nerdctl|ctr|crictl|kubectl|kind|minikube|lxc|incus|virsh)$/
/** Calls of a library, in whatever language stands in a heredoc. */
const LIBRARIES = /\b(?:pyroute2|subprocess|os\.system|netlink|netns)\b/
/** The words that open a shell in a namespace are no library's. */
const ENTERS = /\bnetns\s+exec\s/g
const DHCP = /^(?:dhclient|udhcpc|dhcpcd)$/
const NAMESPACE = /(?:\bnetns\W{1,6}(?:a|ad|add|attach)\b|\bnetns\s+["']?[$`]|\/netns\/["']?[$`])/
/** In any language: `ip netns add a`, `["netns", "add", "a"]`, with a word that is what it looks like. */
export const MAKES_NAMESPACE =
  /\bnetns\W{1,6}(?:a|ad|add|attach)[\s"',]+([A-Za-z_][\w.-]*)(?=$|[\s"',;)\]&|])/g
const DEFINITION = /^[ \t]*(?:function[ \t]+[\w.-]+|[\w.-]+[ \t]*\([ \t]*\))[ \t]*\n?[ \t]*\{/m
const ADDRESS = /\b(?:addr\w*\s+(?:add|replace|change)|ifconfig)\b[^\n;&|]*[$`]/

/** A program that is handed its instructions by a file, a pipe, or what stands in its arguments. */
function runsUnseen({ simple, command, written }: PlacedCommand): boolean {
  if (LOCAL.test(written)) return true
  return simple.some(one => {
    const { program, args } = one
    if (RUNNERS.test(program) || SCRIPT.test(program)) return true
    if (program === 'ip') return args.some(arg => /^-b(a|at|atc|atch)?$/.test(arg))
    if (!INTERPRETERS.test(program) || isServer(one)) return false
    if (args.includes('-c') || args.includes('-e') || args.length === 0) {
      return (
        LIBRARIES.test(command.text.replace(ENTERS, '')) ||
        /\|\s*(?:sudo\s+)?\w*sh\b/.test(command.text)
      )
    }
    if (OWN_RC.test(command.text)) return false
    return args.some(arg => !/^-|^\/dev\/fd\/|rc$/.test(arg)) && !args.includes('-m')
  })
}

/** Whether a command may make namespaces or addresses that nobody can tell from its words. */
export function unnamedBy(placed: PlacedCommand): Unnamed {
  const { written, command, simple, kind } = placed
  const isContained = simple.some(({ program }) => CONTAINERS.test(program))
  if (kind === 'not-run') return { namespaces: false, addresses: isContained }
  // What stands in those is run somewhere, if not by what the document shows of it.
  const isKept = command.text.includes('<<') || DEFINITION.test(command.text)
  const text = `${written}\n${isKept ? command.text : ''}`
  const isUnseen = runsUnseen(placed)
  return {
    namespaces: isUnseen || NAMESPACE.test(text.replace(MAKES_NAMESPACE, '')),
    addresses: isUnseen || ADDRESS.test(text) || simple.some(({ program }) => DHCP.test(program)),
  }
}
