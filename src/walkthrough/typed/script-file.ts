import { simpleCommands } from '../compare/simple-command.ts'
import type { Listing, SourceLine, WalkDocument } from '../document/document.ts'
import { trimmed, type Draft } from './draft.ts'
import type { CommandItem, ListingItem } from './listing-items.ts'
import type { ListingLine } from './listing-line.ts'
import { listingStyle } from './listing-style.ts'
import { isProgram } from './program.ts'
import { printingOf } from './program-output.ts'
import { barePrompt, namedPrompt } from './prompt.ts'
import { WRAP } from './typed.ts'
import { asTyped } from './typography.ts'

/** How a line of a listing runs a file. */
interface ScriptRun {
  line: number
  path: string
  name: string
  /** `bash`; undefined: itself, so that it has to be executable. */
  by?: string
}

/** What stands above a listing. */
export interface Above {
  heading: string
  prose: readonly string[]
  drafts: readonly Draft[]
}

const INTERPRETER = /^(?:(?:ba|da|z|k)?sh|source|\.|python3?|perl)$/
/** Most lines run no file: reading their words costs more than this. */
const MAY_RUN = /(?:^|[\s;&|(])(?:(?:\.{0,2}|~)\/|(?:(?:ba|da|z|k)?sh|source|\.|python3?|perl)\s)/
const FILE = /^(?:[\w~.-]*\/)*\w[\w.-]+$/
const SHEBANG = /^\s*#!\s*\//
const SAVES = /\b(?:save|create|write|put|paste|copy|edit)\b|保存|创建|新建|编写|写入/i
/** They make no file: who types them shows what is in it. */
const LOOKS_AT = /^\W*(?:sudo\s+)?(?:cat|less|more|ls|ll|chmod|vim?|nano|emacs|touch|file)\s/
const CAT = /^(?:sudo\s+)?cat\s+(\S+)\s*$/
/** No walkthrough has more, and what is looked for in each other costs their product. */
const MOST_RUNS = 100
const MOST_DRAFTS = 500
const READ = 400

const names = (text: string, name: string): boolean =>
  text.includes(name) &&
  text
    .slice(-READ)
    .split(/[^\w.-]+/)
    .some(word => word === name || word === `${name}.`)

const isScript = (lines: readonly { text: string }[]): boolean =>
  SHEBANG.test(lines.find(({ text }) => text.trim() !== '')?.text ?? '')

/** Whether a file that begins so is for the program that runs it. */
const isFor = (by: string | undefined, shebang: string): boolean =>
  by === undefined || shebang.includes(/python|perl/.exec(by)?.[0] ?? 'sh')

const makes = (text: string, name: string): boolean => text.includes(name) && !LOOKS_AT.test(text)

const isMade = (name: string, drafts: readonly Draft[]): boolean =>
  drafts.slice(-MOST_DRAFTS).some(({ item }) => makes(item.text, name))

function run(line: number, typed: string, by?: string): ScriptRun | undefined {
  if (!FILE.test(typed)) return undefined
  const path = typed.replace(/^\.\//, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { line, path, name, ...(by === undefined ? {} : { by }) }
}

function runOf(text: string, line: number): ScriptRun | undefined {
  for (const { program, args } of simpleCommands(text)) {
    if (INTERPRETER.test(program)) {
      const file = args.find(arg => !arg.startsWith('-'))
      if (file === undefined || args.some(arg => /^-[cm]$/.test(arg))) continue
      return run(line, file, program)
    }
    if (isProgram(program)) continue
    const path = text.split(/[\s;&|()]+/).find(word => word.endsWith(`/${program}`))
    if (path !== undefined) return run(line, path)
  }
  return undefined
}

const runsIn = ({ lines }: Listing): ScriptRun[] =>
  lines.flatMap(({ line, text }) => {
    const head = text.slice(0, READ)
    if (!MAY_RUN.test(head)) return []
    return runOf((namedPrompt(head) ?? barePrompt(head))?.rest ?? head, line) ?? []
  })

/** The lines of a file as a command that writes it. */
function writing(given: readonly ListingLine[], { path, line: at, by }: ScriptRun): CommandItem {
  const lines = trimmed(given)
  const typed = lines.map(({ text, line }) => asTyped(text.replaceAll(WRAP, ' '), line))
  const content = typed.map(({ text }) => text)
  let end = 'EOF'
  while (content.includes(end)) end += '_'
  const executable = by === undefined ? ` && chmod +x ${path}` : ''
  const text = [`cat > ${path} <<'${end}'${executable}`, ...content, end].join('\n')
  const line = lines[0]?.line ?? 0
  const told = `these lines are the file ${path}, which line ${at} runs; written, not typed`
  return {
    type: 'command',
    line,
    lastLine: lines.at(-1)?.lastLine ?? line,
    text,
    prompt: undefined,
    mistakes: [{ line, text: told }, ...[...lines, ...typed].flatMap(({ mistakes }) => mistakes)],
    printing: printingOf(text),
  }
}

/** The files that a document shows and runs, which a reader would save in between. */
export class ScriptFiles {
  readonly #runs: readonly ScriptRun[]
  /** Lines of listings that begin as a script does. */
  readonly #scripts: readonly number[]
  readonly #lines: readonly SourceLine[]
  /** Where the prose says what to save. */
  readonly #saving: readonly string[]

  constructor({ blocks }: WalkDocument) {
    const listings = blocks.filter(block => block.type === 'listing')
    this.#runs = listings.flatMap(runsIn).slice(0, MOST_RUNS)
    this.#scripts = listings.flatMap(({ lines }) => (isScript(lines) ? (lines[0]?.line ?? 0) : []))
    this.#lines = this.#runs.length === 0 ? [] : listings.flatMap(({ lines }) => lines)
    const prose = blocks.flatMap(block => (block.type === 'prose' ? block.text : []))
    this.#saving = this.#runs.length === 0 ? [] : prose.filter(text => SAVES.test(text))
  }

  /** The command that writes the file which a listing is; undefined: it is none that is run. */
  listed(lines: readonly ListingLine[], above: Above): CommandItem | undefined {
    const last = lines.at(-1)?.line ?? 0
    const runs = this.#runs.filter(({ line }) => line > last)
    if (runs.length === 0) return undefined
    const found = isScript(lines)
      ? (runs.find(({ name }) => isSaid(name, lines, above)) ??
        this.#nameless(lines, runs, above.drafts))
      : this.#saved(lines, runs, above)
    return found === undefined ? undefined : writing(lines, found)
  }

  /** What begins as any text does is a file where the prose says so, and nothing has run it yet. */
  #saved(lines: readonly ListingLine[], runs: readonly ScriptRun[], { prose, drafts }: Above) {
    const said = prose.filter(text => SAVES.test(text.slice(-READ)))
    if (said.length === 0 || listingStyle(lines).size > 0) return undefined
    return runs.find(
      ({ name }) =>
        said.some(text => names(text, name)) &&
        !isMade(name, drafts) &&
        !lines.some(({ text }) => text.includes(name)),
    )
  }

  /** `cat setup.sh` shows a file that nothing made: it is written before. */
  shown(items: readonly ListingItem[], drafts: readonly Draft[]): ListingItem[] {
    return items.flatMap((item, i): ListingItem[] => {
      if (item.type !== 'command') return [item]
      const [, path] = CAT.exec(item.text) ?? []
      const its = this.#runs.find(
        ({ line, name }) => line > item.line && path?.split('/').at(-1) === name,
      )
      if (its === undefined || isMade(its.name, drafts)) return [item]
      const lines: ListingLine[] = []
      for (let at = i + 1, below = items[at]; below?.type === 'output'; below = items[++at]) {
        lines.push(below.line)
      }
      if (!isScript(lines)) return [item]
      return [{ ...writing(lines, its), line: item.line, prompt: item.prompt }, item]
    })
  }

  /** The first that is run before the next script, and that nothing else in the document can be. */
  #nameless(lines: readonly ListingLine[], runs: readonly ScriptRun[], drafts: readonly Draft[]) {
    const first = trimmed(lines)[0]?.text ?? ''
    const last = lines.at(-1)?.line ?? 0
    const next = this.#scripts.find(line => line > last) ?? Infinity
    return runs.find(
      ({ name, line: at, by }) =>
        at < next &&
        isFor(by, first) &&
        !this.#saving.some(text => names(text, name)) &&
        !this.#lines.some(({ line, text }) => line > last && line < at && makes(text, name)) &&
        !isMade(name, drafts),
    )
  }
}

/** Prose, an editor or a comment in the script says what it is called. */
function isSaid(name: string, lines: readonly ListingLine[], { heading, prose, drafts }: Above) {
  const last = drafts.slice(-1).map(({ item }) => item.text)
  const comments = lines.slice(0, 5).flatMap(({ text }) => (/^\s*#/.test(text) ? text : []))
  return [heading, ...prose, ...last, ...comments].some(text => names(text, name))
}
