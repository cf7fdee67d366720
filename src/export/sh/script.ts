import { shellWord } from '../../names.ts'
import type { Play } from '../play.ts'
import { functionsFor } from './functions.ts'
import { comment, ItemLines, type Refusals } from './item-lines.ts'
import { checking, CLEAN_UP, NAMESPACE, probing, TOTAL } from './preamble.ts'

/** A scenario, and what its file says before it. */
export interface Piece {
  play: Play
  /** The comment at the head of the scenario's file, most often a drawing. */
  drawing: readonly string[]
}

/** Programs that are called by name, and the Debian packages that have them. */
const packages: Readonly<Record<string, string>> = {
  bridge: 'iproute2',
  conntrack: 'conntrack',
  curl: 'curl',
  ip: 'iproute2',
  iptables: 'iptables',
  ip6tables: 'iptables',
  'iptables-save': 'iptables',
  nft: 'nftables',
  ping: 'iputils-ping',
  sysctl: 'procps',
}

function toolsIn(body: string, others: Readonly<Record<string, string>>) {
  const commands = body.replace(/^#.*$/gm, '').replace(/'[^']*'/g, '')
  const called = Object.keys(packages).filter(tool =>
    new RegExp(String.raw`(?<![\w-])${tool}(?![\w-])`).test(commands),
  )
  // It cleans up by ip, whatever it does.
  const own = ['ip', ...called].map(tool => [tool, packages[tool] ?? ''])
  const all = { ...others, ...(Object.fromEntries(own) as Record<string, string>) }
  return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))
}

function introduction(pieces: readonly Piece[], tool: string, needed: readonly string[]): string {
  const [first] = pieces
  const drawing = first?.drawing ?? []
  return comment([
    ...pieces.map(({ play }) => play.name),
    '',
    ...(drawing.length === 0 ? [] : [...drawing, '']),
    `Written by tnet-lab ${tool} from ${first?.play.file ?? ''}, to be run as root on a throw-away`,
    'machine. All that it does, it does in network namespaces, one for each host and container, which',
    'it makes, and removes when it ends, however that is. Exit codes: 0 everything passed, 1 it did',
    'not, 4 it cannot be done here.',
    '',
    `Needs ${needed.join(', ')}.`,
  ])
}

/** One scenario stands as it is; several are functions, so that each ends before the next begins. */
function bodies(pieces: readonly Piece[], refusals: Refusals): string {
  const lines = new ItemLines(refusals)
  const texts = pieces.map(({ play }) =>
    play.items
      .map(item => lines.of(item))
      .join('\n')
      .trim(),
  )
  if (texts.length === 1) return texts[0] ?? ''
  return texts
    .map((text, n) => {
      const name = `scenario_${n + 1}`
      const title = shellWord(pieces[n]?.play.name ?? '')
      // A function of comments alone is none.
      const body = /^[^#\n]/m.test(text) ? text : `${text}\ntrue`
      return `${name}() {\n${body}\n}\nsection ${title}\n${name}\nclean_up`
    })
    .join('\n\n')
}

/** Lines of a name in any language have quotes that a shell does not take for its own. */
function directive(body: string): string {
  const codes = [
    ...(/[‘’]/.test(body) ? ['SC1112'] : []),
    ...(/[“”]/.test(body) ? ['SC1111', 'SC1110'] : []),
    // A node may be called "do".
    ...(/^[^#'\n]* (do|done|for|if|then|elif|else|fi|case|esac|in|while|until|function|select)( |$)/m.test(
      body,
    )
      ? ['SC1010']
      : []),
    ...(/^ *(section|expect\w*|leave_out) '.*[$`]/m.test(body) ? ['SC2016'] : []),
  ]
  return codes.length === 0
    ? ''
    : `# shellcheck disable=${codes.join(',')} # in titles, and names\n`
}

/** What ends with 4 where something is missing that a scenario needs: the beginning of its script. */
export function prelude(play: Play): string {
  const body = bodies([{ play, drawing: [] }], { refused: new Set() })
  const tools = toolsIn(
    body,
    functionsFor(callsIn(body), { readsVxlan: false, readsTags: false }).tools,
  )
  const probes = probing(play.kinds)
  return checking(tools) + (probes === '' ? '' : CLEAN_UP + probes)
}

const CALL = /^ *([a-z_]+) |(?<=\\\n {2})([a-z_]+) |\$\((mac_of) /gm

function callsIn(body: string): string[] {
  return [...body.matchAll(CALL)].map(([, ...names]) => names.find(Boolean) ?? '')
}

/**
 * A script for bash that does what scenarios did, and says of each expectation whether it is so.
 *
 * @param tool version of this program, for the head
 */
export function script(pieces: readonly Piece[], tool: string, refusals: Refusals): string {
  const body = bodies(pieces, refusals)
  const kinds = [...new Set(pieces.flatMap(({ play }) => play.kinds))]
  const functions = functionsFor(callsIn(body), {
    readsVxlan: pieces.some(({ play }) => play.readsVxlan),
    readsTags: kinds.includes('vlan'),
  })
  const tools = toolsIn(body, functions.tools)
  const needed = ['bash 5', ...new Set(tools.map(([, name]) => name))]
  return `#!/usr/bin/env bash
${introduction(pieces, tool, needed)}
${directive(body)}set -Eeuo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
${checking(tools)}${CLEAN_UP}${probing(kinds)}${NAMESPACE}
${functions.text}

${body}
${TOTAL}`
}
