import type { Play } from '../play.ts'
import type { Block, Seen, Typed } from './block.ts'

/** Words that Markdown leaves alone. */
const plain = (text: string) => text.replace(/[\\`*_[\]<>#|&~]/g, String.raw`\$&`)

/** A fence that nothing within ends. */
function fenced(kind: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${kind}\n${text}\n${fence}`
}

const MOST_LINES = 60

/** What a terminal shows of it. */
function shown(output: string): string[] {
  const text = output
    .trimEnd()
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/gu, '')
  const lines = text === '' ? [] : text.split('\n').map(line => line.trimEnd())
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), '...']
}

/** How long a reader has to wait who types as fast as a machine. */
function pause({ waitedMs, exitCode }: Seen, { until = '', command }: Typed): string[] {
  const isAtOnce = waitedMs < 1500 || (until.includes('-ne 0') && exitCode !== 0)
  if (isAtOnce || command.startsWith('sleep')) return []
  return [`$ sleep ${Math.ceil(waitedMs / 1000)}`]
}

function typedText(commands: readonly Typed[], seen: () => Seen | undefined): string {
  const lines = commands.flatMap(typed => {
    const told = seen()
    const output = told === undefined ? [] : shown(told.output)
    const before = told === undefined ? [] : pause(told, typed)
    const isSilent = told !== undefined && told.exitCode !== 0 && output.length === 0
    if (isSilent && typed.isToldWhenSilent === true) {
      return [...before, `$ ${typed.command} || echo "exit code $?"`, `exit code ${told.exitCode}`]
    }
    return [...before, `$ ${typed.command}`, ...output]
  })
  return fenced('console', lines.join('\n'))
}

/** What a reader's kernel must have, for whoever runs the document. */
function frontMatter({ kinds }: Play): string {
  return kinds.length === 0 ? '' : `---\ntnet-lab:\n  requires: [${kinds.join(', ')}]\n---\n\n`
}

export interface DocumentParts {
  play: Play
  drawing: readonly string[]
  blocks: readonly Block[]
  /** What each command did, in their order. */
  seen: readonly Seen[]
  /** Version of this program. */
  tool: string
}

/** A document to walk through by hand, with what was really seen. */
export function document({ play, drawing, blocks, seen, tool }: DocumentParts): string {
  const next = seen.values()
  const take = () => next.next().value
  const parts = blocks.map(block => {
    if (block.kind === 'heading') return `${'#'.repeat(block.depth)} ${plain(block.text)}`
    if (block.kind === 'prose') return plain(block.text)
    if (block.kind === 'listing') return fenced('text', block.text)
    return typedText(block.commands, take)
  })
  const origin = `Written by tnet-lab ${tool} from ${play.file}, with what was seen when it was typed as root on an empty machine. Each host and container of it is a network namespace, which is told to make no IPv6 addresses by itself and to hold back no ICMP.`
  const picture = drawing.length === 0 ? [] : [fenced('text', drawing.join('\n'))]
  const all = [`# ${plain(play.name)}`, ...picture, plain(origin), ...parts]
  return `${frontMatter(play)}${all.join('\n\n')}\n`
}
