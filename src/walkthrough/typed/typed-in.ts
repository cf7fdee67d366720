import type { Listing, Prose, WalkDocument } from '../document/document.ts'
import { likeness } from './command-shape.ts'
import { draft, trimmed, typedCommand, type Draft } from './draft.ts'
import { foreignLook, isDrawnByLabels } from './foreign-listing.ts'
import { unglued } from './glued.ts'
import { inlineCommand, mentioned } from './inline-command.ts'
import { languageTag } from './language-tag.ts'
import { withoutLineNumbers } from './line-number.ts'
import { listingItems, type CommandItem } from './listing-items.ts'
import { isBlank, type ListingLine } from './listing-line.ts'
import { isPageFurniture } from './listing-mark.ts'
import { listingStyle, setRootPrompts } from './listing-style.ts'
import { attachLoose, SAYS_FILE } from './loose-output.ts'
import { outputKind } from './output-shape.ts'
import { giveListing } from './output-owner.ts'
import { setOwnPrograms } from './program.ts'
import { ScriptFiles } from './script-file.ts'
import type { LeftAlone, TypedDocument } from './typed.ts'
import { plainText } from './typography.ts'

/** `ip netns add ns1`, `ip netns exec ns1`, `ip -n ns1`: names that prompts may have. */
const NAMESPACE = /\bip\s+(?:netns\s+(?:add|exec|a|e)|-n|-netns)\s+([\w.-]+)/g

function namespacesIn(document: WalkDocument): ReadonlySet<string> {
  const names = new Set<string>()
  for (const block of document.blocks) {
    if (block.type !== 'listing') continue
    for (const { text } of block.lines) {
      for (const [, name] of text.slice(0, 1000).matchAll(NAMESPACE)) names.add(name ?? '')
    }
  }
  return names
}

/** `name() {`, `function name`, `alias name=`: what a document makes a program of its own. */
const DEFINITION = /^[\s$#]*(?:function\s+([\w-]+)|([\w-]+)\s*\(\)\s*(?:\{|$)|alias\s+([\w.-]+)=)/

function programsDefinedIn(document: WalkDocument): ReadonlySet<string> {
  const names = new Set<string>()
  for (const block of document.blocks) {
    if (block.type !== 'listing' || languageTag(block.language).language !== undefined) continue
    for (const { text } of block.lines) {
      const [, ...found] = DEFINITION.exec(text.slice(0, 1000)) ?? []
      for (const name of found) if (name !== undefined) names.add(name)
    }
  }
  return names
}

/** Whether commands stand behind `# ` in some listing, as far as that alone tells. */
function hasRootPrompts(document: WalkDocument): boolean {
  return document.blocks.some(
    block =>
      block.type === 'listing' &&
      block.lines.some(({ text }) => text.includes('#')) &&
      listingStyle(block.lines.map(line => ({ ...line, lastLine: line.line, mistakes: [] }))).has(
        '#',
      ),
  )
}

/** What lines are that no command prints. */
function nobodys(lines: readonly string[], intro: string): string {
  if (lines.some(text => /^usage:/i.test(text))) return 'a usage text'
  if (SAYS_FILE.test(intro)) return 'a configuration file'
  if (lines.some(text => outputKind(text) !== undefined)) return 'output that belongs to no command'
  return isDrawnByLabels(lines) ? 'a drawing' : 'text that is no command'
}

const OUTSIDE = 'a command outside of a listing'

class DocumentReader {
  readonly drafts: Draft[] = []
  readonly leftAlone: LeftAlone[] = []
  readonly #headings: { depth: number; text: string }[] = []
  /** Since the last command. */
  #between: string[] = []
  /** How many of those stand above the listing before. */
  #saidEarlier = 0
  #isNumbered = false
  readonly #scripts: ScriptFiles
  readonly #mentioned: { line: number; codes: string[] }[] = []

  constructor(document: WalkDocument) {
    this.#scripts = new ScriptFiles(document)
  }

  heading(depth: number, text: string): void {
    while ((this.#headings.at(-1)?.depth ?? 0) >= depth) this.#headings.pop()
    this.#headings.push({ depth, text })
  }

  prose(prose: Prose): void {
    const { line, text } = prose
    const command = inlineCommand(prose)
    if (command !== undefined) {
      const lines = [{ line, text: command }]
      this.listing({ type: 'listing', line, language: 'sh', lines })
      return
    }
    this.#between.push(text)
    const codes = mentioned(prose)
    if (codes.length > 0) this.#mentioned.push({ line, codes })
  }

  listing(listing: Listing): void {
    const source = listing.lines.map(({ line, text }) => ({ line, text: plainText(text) }))
    const written = source.filter(({ text }) => text.trim() !== '')
    if (written.length === 0) return
    if (written.every(({ text }) => isPageFurniture(text))) {
      this.leftAlone.push({ line: listing.line, what: "a page's name and button of a listing" })
      return
    }
    const numbers = withoutLineNumbers(source, this.#isNumbered)
    if (numbers.isNumbered) this.#isNumbered = true
    this.#read(listing, unglued(numbers.lines))
    this.#saidEarlier = this.#between.length
  }

  end(): void {
    this.#handOver()
    const typed = this.drafts.map(({ item }) => item.text).join('\n')
    for (const { line, codes } of this.#mentioned) {
      // A sentence about what is typed somewhere is no step of its own.
      const isTyped = codes.every(code => typed.includes(code))
      if (!isTyped) this.leftAlone.push({ line, what: OUTSIDE })
    }
    this.leftAlone.sort((a, b) => a.line - b.line)
  }

  #read(listing: Listing, lines: readonly ListingLine[]): void {
    const tag = languageTag(listing.language)
    const file = this.#scripts.listed(lines, {
      heading: this.#headings.at(-1)?.text ?? '',
      prose: this.#between.slice(this.#saidEarlier),
      drafts: this.drafts,
    })
    const foreign = file === undefined ? this.#foreign(lines, tag.language) : undefined
    if (file !== undefined) this.#make(listing, file)
    else if (foreign === undefined) this.#shell(listing, lines, tag.isShell)
    else this.#loose(listing, lines, foreign)
  }

  #make(listing: Listing, item: CommandItem): Draft {
    const made = draft(
      item,
      listing.line,
      this.#headings.map(({ text }) => text),
    )
    this.#handOver(made)
    this.drafts.push(made)
    return made
  }

  /** What a listing is that holds no commands; undefined: it may hold some. */
  #foreign(lines: readonly ListingLine[], language: string | undefined): string | undefined {
    const written = lines.filter(line => !isBlank(line))
    const style = listingStyle(lines)
    const look = style.size > 0 ? undefined : foreignLook(written.map(({ text }) => text))
    if (language === undefined) return look
    const first = written.find(({ text }) => !/^\s*(?:#|\/\/)/.test(text))
    // People write any language behind a fence for the sake of its colours.
    const isTyped = look === undefined && (style.size > 0 || likeness(first?.text ?? '') === 3)
    return isTyped ? undefined : language
  }

  #shell(listing: Listing, lines: readonly ListingLine[], isShell: boolean): void {
    const items = this.#scripts.shown(listingItems(lines, isShell), this.drafts)
    const hasCommands = items.some(({ type }) => type === 'command')
    if (!hasCommands) {
      const output = items.flatMap(item => (item.type === 'output' ? item.line : []))
      const comments = items.flatMap(item => (item.type === 'comment' ? item.text : []))
      this.#between.push(...comments)
      if (trimmed(output).length > 0) this.#loose(listing, lines, undefined)
      else this.leftAlone.push({ line: listing.line, what: 'comments only' })
      return
    }
    const { loose } = giveListing(items, this.drafts.slice(), {
      make: item => this.#make(listing, item),
      comment: text => this.#between.push(text),
    })
    if (loose.length > 0) this.#loose(listing, loose, undefined)
  }

  /** Gives lines without a command to one of an earlier listing, or leaves them alone. */
  #loose(listing: Listing, lines: readonly ListingLine[], foreign: string | undefined): void {
    const intro = this.#between.slice(this.#saidEarlier).at(-1) ?? ''
    const earlier = this.drafts.filter(({ item }) => item.line < listing.line)
    if (attachLoose(trimmed(lines), { earlier, intro, isFar: this.#between.length > 2, foreign }))
      return
    const written = lines.filter(line => !isBlank(line))
    const what =
      foreign ??
      nobodys(
        written.map(({ text }) => text),
        intro,
      )
    this.leftAlone.push({ line: written[0]?.line ?? listing.line, what })
  }

  #handOver(next?: Draft): void {
    const last = this.drafts.at(-1)
    if (last !== undefined) last.after = this.#between
    if (next !== undefined) next.before = this.#between
    this.#between = []
    this.#saidEarlier = 0
  }
}

/**
 * Reads what a reader of a document would type, and what the document shows of its output, out of
 * listings that nobody prepared for it. It never throws; what it cannot read is left alone.
 *
 * @example
 * typedIn(readDocument('```\n$ ip netns\nns1\n```', 'a.md')).commands[0]
 * // { text: 'ip netns', prompt: { text: '$' }, shown: ['ns1'], line: 2, … }
 */
export function typedIn(document: WalkDocument): TypedDocument {
  setOwnPrograms(programsDefinedIn(document))
  setRootPrompts(hasRootPrompts(document))
  const reader = new DocumentReader(document)
  for (const block of document.blocks) {
    if (block.type === 'heading') reader.heading(block.depth, block.text)
    else if (block.type === 'prose') reader.prose(block)
    else reader.listing(block)
  }
  reader.end()
  const namespaces = namespacesIn(document)
  setOwnPrograms(new Set())
  setRootPrompts(false)
  return {
    commands: reader.drafts.map(one => typedCommand(one, namespaces)),
    leftAlone: reader.leftAlone,
  }
}
