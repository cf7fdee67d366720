import { parse } from 'shell-quote'
import { withoutHeredocs } from '../plan/typing/heredoc.ts'
import type { SimpleCommand } from './comparison.ts'

/** Where one command of a line ends and the next begins. */
const BETWEEN = new Set(['|', '|&', '||', '&&', ';', ';;', '&', '(', ')'])
/** Their next word is a file. */
const REDIRECTION = /^(?:\d*(?:<|>|>>|>&|<&|<>|>\||&>|&>>|<<<|<<-?)|\d+)$/
/** Those that run what stands behind them, and their options that take a word. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  sudo: ['-u', '-g', '-h', '-p', '-C', '-D', '-T', '-U'],
  doas: ['-u'],
  env: ['-u', '-C', '-S'],
  nohup: [],
  time: ['-f', '-o'],
  timeout: ['-s', '-k', '--signal', '--kill-after'],
  stdbuf: ['-i', '-o', '-e'],
  setsid: [],
  exec: [],
  command: [],
  chroot: [],
  nsenter: ['-t', '-S', '-G', '--target'],
  unshare: ['-S', '-G', '-R', '-w'],
}
/** Words before what they run that are neither options nor theirs. */
const OPERANDS: Readonly<Record<string, number>> = { timeout: 1, chroot: 1 }

/** The words of each command of a line, unquoted; variables as `$NAME`. */
function* wordsOf(line: string): Generator<string[]> {
  let words: string[] = []
  let isFile = false
  // Which descriptor is redirected would come as a word.
  const bare = line.replace(/(^|\s)\d(?=[<>])/g, '$1')
  for (const token of parse(bare, name => `$${name}`)) {
    if (typeof token === 'string') {
      if (!isFile && token !== '') words.push(token)
      isFile = false
    } else if ('comment' in token) break
    else if (token.op === 'glob') {
      if (!isFile) words.push(token.pattern)
      isFile = false
    } else if (BETWEEN.has(token.op)) {
      if (words.length > 0) yield words
      words = []
    } else if (REDIRECTION.test(token.op)) {
      isFile = true
    }
  }
  if (words.length > 0) yield words
}

const isAssignment = (word: string) => /^[A-Za-z_]\w*=/.test(word)
const baseName = (word: string) => word.slice(word.lastIndexOf('/') + 1)

/** Where in `words` what a wrapper runs begins. */
function behind(words: readonly string[], wrapper: string): number {
  const withWord = WRAPPERS[wrapper] ?? []
  let operands = OPERANDS[wrapper] ?? 0
  let i = 1
  for (; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') return i + 1
    if (withWord.includes(word)) i++
    else if (!word.startsWith('-') && !isAssignment(word) && operands-- <= 0) break
  }
  return i
}

/** `ip netns exec NS …`, `ip -n NS …`: the namespace, and what is left of the words. */
function inNamespace(words: readonly string[]): { namespace: string; rest: string[] } | undefined {
  const [, first = '', second, third] = words
  if (/^n(e(tns?)?)?$/.test(first) && /^e(x(ec?)?)?$/.test(second ?? '') && third !== undefined) {
    return { namespace: third, rest: words.slice(4) }
  }
  const option = words.findIndex(word => /^-(n|net|netns)$/.test(word))
  const namespace = words[option + 1]
  if (option > 0 && words.slice(1, option).every(word => word.startsWith('-')) && namespace) {
    return { namespace, rest: [...words.slice(0, option), ...words.slice(option + 2)] }
  }
  return undefined
}

function simple(given: readonly string[]): SimpleCommand | undefined {
  let words = [...given]
  let namespace: string | undefined
  for (;;) {
    while (isAssignment(words[0] ?? '')) words.shift()
    const program = baseName(words[0] ?? '')
    if (Object.hasOwn(WRAPPERS, program)) {
      const rest = words.slice(behind(words, program))
      if (rest.length === 0) break
      words = rest
      continue
    }
    const inside = program === 'ip' ? inNamespace(words) : undefined
    if (inside === undefined) break
    namespace = inside.namespace
    words = inside.rest
    if (baseName(words[0] ?? '') === 'ip') {
      if (inNamespace(words) === undefined) break
    }
  }
  const [first, ...args] = words
  if (first === undefined) return undefined
  return { program: baseName(first), args, ...(namespace === undefined ? {} : { namespace }) }
}

/**
 * The simple commands of what somebody types: those between `|`, `;`, `&&`, `&` and newlines, without
 * what runs them (`sudo`, `ip netns exec`, `nsenter`, `timeout`), redirections and comments. Nothing is
 * expanded.
 *
 * @example
 * simpleCommands('sudo ip netns exec ns1 ping -c 1 10.0.0.1 | tail -1')
 * // [{ program: 'ping', args: ['-c', '1', '10.0.0.1'], namespace: 'ns1' }, { program: 'tail', args: ['-1'] }]
 */
export function simpleCommands(text: string): readonly SimpleCommand[] {
  const before = known.get(text)
  if (before !== undefined) return before
  const commands = split(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, commands)
  return commands
}

/** What is asked of a command is asked many times. */
const MOST_KNOWN = 1000
const known = new Map<string, readonly SimpleCommand[]>()

function split(text: string): SimpleCommand[] {
  const lines = withoutHeredocs(text).commands.split('\n')
  return lines.flatMap(line => {
    try {
      return [...wordsOf(line)].flatMap(words => simple(words) ?? [])
    } catch {
      return [] // shell-quote refuses a bad substitution, and so does a shell
    }
  })
}
