import { simpleCommands } from '../../compare/simple-command.ts'
import type { SimpleCommand } from '../../compare/comparison.ts'
import { fileOf, withoutHeredocs } from './heredoc.ts'
import type { Heredoc } from './heredoc.ts'
import { MOST_TEXT, unrolled } from './loops.ts'
import { Variables, withArguments } from './variables.ts'

/** What a reader types, with all that the document itself tells about it put in. */
export interface Written {
  /** Its own lines, and those of the functions and scripts that it runs. */
  text: string
  simple: readonly SimpleCommand[]
}

/** Functions and scripts that one text may run: a document that wants more is no walkthrough. */
const MOST_RUNS = 200
const MOST_DEEP = 6
const FUNCTION =
  /^(?<margin>[ \t]*)(?:function[ \t]+(?<one>[\w.-]+)[ \t]*(?:\([ \t]*\))?|(?<two>[\w.-]+)[ \t]*\([ \t]*\))[ \t]*\n?[ \t]*\{(?:(?<line>(?:\$\{[^{}\n]*\}|[^\n{}])*)\}[ \t]*;?|(?<lines>[^]*?)\n\k<margin>\}[ \t]*;?[ \t]*$)/gm
const ALIAS = /^[ \t]*alias[ \t]+([\w.-]+)=(["'])(.*)\2[ \t]*$/gm
/** Words of a shell's own before and behind commands, which are none themselves. */
const BEFORE =
  /(^|[;\n&|(])([ \t]*)(?:(?:(?:then|do|else|elif|if|while|until|!|\{)(?=\s)|(?:export|local|readonly)(?=\s+\w+=))[ \t]*)+/g
const BEHIND = /(^|[;\n])[ \t]*(?:done|fi|esac|\})(?=[ \t]*(?:$|[;\n|&<>]))/g
const SHELL = /^(?:ba|z|da|k|a)?sh$/

/** `bash --rcfile <(echo …)`: what a shell makes of that is a file. */
export const withoutSubstitutions = (text: string): string =>
  text.replace(/<\((?:[^()]|\([^()]*\))*\)/g, '/dev/fd/63')

const baseName = (word: string) => word.slice(word.lastIndexOf('/') + 1)

interface Run {
  heredocs: readonly Heredoc[]
  runs: number
  texts: string[]
}

/** Knows what was typed into it: variables, functions, aliases, and files that heredocs became. */
class ReaderShell {
  readonly #variables = new Variables()
  readonly #functions = new Map<string, string>()
  readonly #aliases = new Map<string, string>()
  readonly #files = new Map<string, string>()

  read(text: string): Written {
    if (text.length > MOST_TEXT) return { text, simple: simpleCommands(text) }
    const { commands, heredocs } = withoutHeredocs(text)
    for (const one of heredocs) {
      const file = fileOf(one)
      if (file !== undefined) this.#files.set(baseName(file), one.body)
    }
    const run: Run = { heredocs, runs: 0, texts: [] }
    const simple = this.#simple(commands, run, 0)
    return { text: run.texts.join('\n'), simple }
  }

  #simple(given: string, run: Run, depth: number): SimpleCommand[] {
    const defined = this.#define(given)
    const text = withoutSubstitutions(unrolled(defined, this.#variables))
      .replace(BEFORE, '$1$2')
      .replace(BEHIND, '$1')
    run.texts.push(text)
    return simpleCommands(text).flatMap(one => this.#inside(one, run, depth))
  }

  /** Learns functions and aliases; defining one does nothing. */
  #define(text: string): string {
    for (const [, name = '', , words = ''] of text.matchAll(ALIAS)) this.#aliases.set(name, words)
    for (const { groups = {} } of text.matchAll(FUNCTION)) {
      const { one, two = '', line, lines = '' } = groups
      this.#functions.set(one ?? two, line ?? lines)
    }
    return text.replace(FUNCTION, '')
  }

  /** The commands that a command runs, if the document says which; else itself. */
  #inside(one: SimpleCommand, run: Run, depth: number): SimpleCommand[] {
    const body = this.#body(one, run)
    if (body === undefined || depth >= MOST_DEEP || ++run.runs > MOST_RUNS) return [one]
    if (body.length > MOST_TEXT) return [one]
    const { namespace } = one
    const simple = this.#simple(withoutHeredocs(body).commands, run, depth + 1)
    if (simple.length === 0) return [one]
    return namespace === undefined ? simple : simple.map(inner => ({ namespace, ...inner }))
  }

  #body({ program, args }: SimpleCommand, { heredocs }: Run): string | undefined {
    const defined = this.#functions.get(program)
    if (defined !== undefined) return withArguments(defined, args)
    const alias = this.#aliases.get(program)
    if (alias !== undefined && baseName(alias.split(/\s/, 1)[0] ?? '') !== program) {
      return [alias, ...args].join(' ')
    }
    if (program === 'eval') return args.join(' ')
    if (program === 'ip') return this.#batch(args, heredocs)
    if (/^(?:source|\.)$/.test(program)) return this.#script(args)
    if (!SHELL.test(program)) return this.#script([program, ...args])
    const at = args.findIndex(arg => /^-[a-z]*c$/.test(arg))
    if (at >= 0) return withArguments(args[at + 1] ?? '', args.slice(at + 3))
    const operands = args.filter(arg => !arg.startsWith('-'))
    if (operands.length > 0) return this.#script(operands)
    return heredocs.find(one => one.opener.includes(program) && fileOf(one) === undefined)?.body
  }

  #script([file = '', ...args]: readonly string[]): string | undefined {
    const body = this.#files.get(baseName(file))
    return body === undefined ? undefined : withArguments(body, args)
  }

  /** `ip -batch FILE`: each line is what stands behind `ip`. */
  #batch(args: readonly string[], heredocs: readonly Heredoc[]): string | undefined {
    const at = args.findIndex(arg => /^--?ba?t?c?h?$/.test(arg))
    if (at < 0) return undefined
    const file = args[at + 1] ?? ''
    const body = file === '-' ? heredocs[0]?.body : this.#files.get(baseName(file))
    return body
      ?.split('\n')
      .filter(line => !/^\s*(?:#|$)/.test(line))
      .map(line => `ip ${line.trim()}`)
      .join('\n')
  }
}

/**
 * What a reader's shell makes of each text, as far as a document says it: loops over words are written
 * out, variables and the arguments of functions replaced, and what a function, a script out of a
 * heredoc or `bash -c` runs stands in its place. Names are looked for in it; what is run is the
 * document's own text.
 */
export function writtenOut(texts: readonly string[]): Written[] {
  const shell = new ReaderShell()
  return texts.map(text => shell.read(text))
}
