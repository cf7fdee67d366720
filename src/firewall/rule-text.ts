import { shellWord } from '../names.ts'
import type { Rule, RuleSet, Table } from './rule.ts'

/** The order in which a packet meets them, and in which they are written. */
const tables: readonly Table[] = ['raw', 'mangle', 'nat', 'filter']

/** A word as iptables-restore reads it back (add_param_to_argv in xshared.c). */
function restoreWord(word: string): string {
  if (/^[^\s"'\\]+$/.test(word)) return word
  return `"${word.replace(/["\\]/g, '\\$&')}"`
}

type Verb = 'add' | 'remove'

/** One line for the command or for the restore file, as its words. */
function ruleWords({ chain, words, at }: Rule, verb: Verb): string[] {
  if (verb === 'remove') return ['-D', chain, ...words]
  return at === undefined ? ['-A', chain, ...words] : ['-I', chain, String(at), ...words]
}

/** What is typed after `iptables -t TABLE`, in order. */
function actions(set: RuleSet, table: Table, verb: Verb): string[][] {
  const chains = set.chains.filter(chain => chain.table === table)
  const rules = set.rules.filter(rule => rule.table === table)
  const policy = table === 'filter' && set.forwardPolicy !== undefined
  if (verb === 'add') {
    return [
      ...(policy ? [['-P', 'FORWARD', set.forwardPolicy ?? '']] : []),
      ...chains.map(({ name }) => ['-N', name]),
      ...rules.map(rule => ruleWords(rule, verb)),
    ]
  }
  return [
    ...(policy ? [['-P', 'FORWARD', 'ACCEPT']] : []),
    ...rules.toReversed().map(rule => ruleWords(rule, verb)),
    ...chains.toReversed().map(({ name }) => ['-X', name]),
  ]
}

function perTable(lines: (table: Table) => readonly string[]): string {
  return tables
    .map(table => ({ table, body: lines(table) }))
    .filter(({ body }) => body.length > 0)
    .map(({ table, body }) => [`*${table}`, ...body, 'COMMIT', ''].join('\n'))
    .join('')
}

/** What `iptables-restore --noflush` reads to add a set, or to remove exactly that. */
export function restoreText(set: RuleSet, verb: Verb): string {
  return perTable(table => actions(set, table, verb).map(words => words.map(restoreWord).join(' ')))
}

/** The `!` of iptables needs no quotes in the middle of a command. */
const bareWord = (word: string) => (word === '!' ? word : shellWord(word))

/** The `iptables` commands that do the same, a line each. */
export function shellText(set: RuleSet, verb: Verb): string {
  const tool = set.family === 6 ? 'ip6tables' : 'iptables'
  return tables
    .flatMap(table =>
      actions(set, table, verb).map(words =>
        [tool, ...(table === 'filter' ? [] : ['-t', table]), ...words].map(bareWord).join(' '),
      ),
    )
    .join('\n')
}

/** A rule in `iptables-save` form: `-A FORWARD -j TNET-USER`. */
export function saveLine({ chain, words }: Rule): string {
  return ['-A', chain, ...words].map(restoreWord).join(' ')
}

/** A set in `iptables-save` form: what a golden test compares. */
export function saveText(set: RuleSet): string {
  return perTable(table => [
    ...(table === 'filter' && set.forwardPolicy !== undefined
      ? [`:FORWARD ${set.forwardPolicy} [0:0]`]
      : []),
    ...set.chains.filter(chain => chain.table === table).map(({ name }) => `:${name} - [0:0]`),
    ...set.rules.filter(rule => rule.table === table).map(saveLine),
  ])
}
