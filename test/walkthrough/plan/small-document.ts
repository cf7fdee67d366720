import type { FrontMatter } from '../../../src/walkthrough/document/front-matter.ts'
import type { Block, WalkDocument } from '../../../src/walkthrough/document/document.ts'
import type { Prompt, TypedCommand, TypedDocument } from '../../../src/walkthrough/typed/typed.ts'
import { planWalk } from '../../../src/walkthrough/plan/plan-walk.ts'
import type { PlannedStep, WalkPlan } from '../../../src/walkthrough/plan/walk-plan.ts'

const PROMPT = /^(\[(\w+)@([\w-]+)[^\]]*\]#|\w+>|\$)\s(.*)$/

function promptOf(text: string, user?: string, host?: string): Prompt {
  if (text.endsWith('>')) return { text, namespace: text.slice(0, -1) }
  return { text, ...(user === undefined ? {} : { user }), ...(host === undefined ? {} : { host }) }
}

type Writing = TypedCommand & { shown: string[] }

/**
 * Reads a document the way these tests write theirs: fences, `$ `, `[user@host ~]# ` or `ns> ` before
 * every command, `# ` before comments, `~ ` before what the first command of the listing prints in the
 * end; everything else in a listing is output.
 */
export function smallDocument(text: string, frontMatter: FrontMatter = {}) {
  const blocks: Block[] = []
  const commands: Writing[] = []
  const headings: string[] = []
  let words: string[] = []
  let listing: Extract<Block, { type: 'listing' }> | undefined
  const tell = (word: string) => {
    words.push(word)
    commands.at(-1)?.after.push(word)
  }
  for (const [i, line] of text.replace(/^\n/, '').split('\n').entries()) {
    const number = i + 1
    if (line.startsWith('```')) {
      listing = listing ? undefined : { type: 'listing', line: number + 1, language: '', lines: [] }
      if (listing) blocks.push(listing)
    } else if (listing) {
      listing.lines.push({ line: number, text: line })
      const [, prompt, user, host, command] = PROMPT.exec(line) ?? []
      const last = commands.at(-1)
      if (prompt !== undefined && command !== undefined) {
        commands.push({
          line: number,
          lastLine: number,
          text: command,
          prompt: promptOf(prompt, user, host),
          shown: [],
          headings: [...headings],
          before: words,
          after: [],
          listing: listing.line,
          mistakes: [],
        })
        words = []
      } else if (line.startsWith('# ')) tell(line.slice(2))
      else if (line.startsWith('~ ')) {
        const first = commands.find(one => one.listing === listing?.line)
        if (first?.shown.length === 0) first.shownLine = number
        first?.shown.push(line.slice(2))
      } else if (line.trim() !== '' && last !== undefined) {
        if (last.shown.length === 0) last.shownLine = number
        last.shown.push(line)
      }
    } else if (/^#+ /.test(line)) {
      const depth = line.indexOf(' ')
      headings.length = Math.min(headings.length, depth - 1)
      headings.push(line.slice(depth + 1))
      blocks.push({ type: 'heading', line: number, depth, text: line.slice(depth + 1) })
    } else if (line.trim() !== '') {
      tell(line)
      blocks.push({ type: 'prose', line: number, text: line })
    }
  }
  const document: WalkDocument = {
    file: 'small.md',
    title: 'small',
    frontMatter,
    blocks,
    remarks: [],
  }
  const typed: TypedDocument = {
    commands: commands.map(({ shown, ...one }) => (shown.length === 0 ? one : { ...one, shown })),
    leftAlone: [],
  }
  return { document, typed }
}

/** The plan of a small document. */
export function planOf(text: string, frontMatter?: FrontMatter): WalkPlan {
  const { document, typed } = smallDocument(text, frontMatter)
  return planWalk(document, typed)
}

/** Where each step is typed: its number, the machine, the namespace. */
export const typedOn = (text: string): string[] =>
  planOf(text).parts.flatMap(({ steps }) =>
    steps.map(({ number, host, namespace, kind }) =>
      [
        number,
        host,
        ...(namespace === undefined ? [] : [namespace]),
        ...(kind === 'not-run' ? ['not run'] : []),
      ].join(' '),
    ),
  )

/** A step in short: its number, `again` when it is a repeat, and what it is stopped after. */
export function inShort(steps: readonly PlannedStep[]): string[] {
  return steps.map(({ number, kind, isRepeat, endsAfter }) => {
    const end = endsAfter === undefined ? '' : ` until ${endsAfter}`
    return `${number}${isRepeat ? ' again' : ''} ${kind}${end}`
  })
}
