import type { FrontMatter } from '../../document/front-matter.ts'
import type { TypedCommand, TypedDocument } from '../../typed/typed.ts'
import { isIP } from '../machines/addresses.ts'
import { declaredNames, placeAmong } from './declared-names.ts'
import { placeWithLetters } from './lone-letters.ts'
import { EVERYWHERE, machineLabels, placeNamed } from './machine-words.ts'
import { ownHostNames } from './own-host-names.ts'
import { terminalOfPrompt } from './terminal-words.ts'

/** The machines of a document, and how it tells them apart. */
export interface Machines {
  /** At least one; in the order in which the document comes to them. */
  names: readonly string[]
  /** How that is guessed, and where; none: there is nothing else that it could be. */
  why?: string
  line?: number
  /** The machine of a prompt's host name; undefined: it says nothing. */
  byPrompt: (host: string | undefined) => string | undefined
  /** The machine of a text above commands; `EVERYWHERE` for all. */
  byText: (text: string, isHeading: boolean) => string | symbol | undefined
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\d]/gu, '')
/** What may be a machine's name: a host name's characters, and not too many. */
export const machineName = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 40) || 'host'

const CONTAINER_ID = /^[0-9a-f]{12,64}$/

/** `h1`, `host1`, `HostA` and `host-a` name the same when one is a namespace of the document. */
function isNamespace(label: string, namespaces: ReadonlySet<string>): boolean {
  const short = `${label[0] ?? ''}${plain(label).replace(/^\D*?(?=\d|.$)/, '')}`
  return [...namespaces].some(name => plain(name) === plain(label) || plain(name) === short)
}

/** `192.0.2.1`, `192.0.2.1/24`, and nothing else. */
const isPrefixed = (text = '') => isIP(text.trim().replace(/\/\d+$/, ''))

/** Its texts that may say where it is typed, the nearest last. */
export const textsAbove = ({ before }: TypedCommand): readonly string[] =>
  // A name in a table of addresses sends nobody there.
  before.slice(-2).filter(text => !isPrefixed(before[before.lastIndexOf(text) + 1]))

function promptHosts(
  commands: readonly TypedCommand[],
  namespaces: ReadonlySet<string>,
  ownNames: ReadonlyMap<string, unknown>,
) {
  const hosts = new Map<string, number>()
  for (const { prompt, line } of commands) {
    const host = prompt?.host
    if (host === undefined || host === '' || namespaces.has(host) || ownNames.has(host)) continue
    if (CONTAINER_ID.test(host) || terminalOfPrompt(host) !== undefined) continue
    if (hosts.has(host)) continue
    hosts.set(host, line)
  }
  return hosts
}

type PlaceOf = typeof placeNamed

function labelledPlaces(
  commands: readonly TypedCommand[],
  namespaces: ReadonlySet<string>,
  placeOf: PlaceOf,
) {
  const labels = new Map<string, number>()
  for (const command of commands) {
    for (const text of [...command.headings, ...textsAbove(command)]) {
      const place = placeOf(text, command.headings.includes(text))
      // Talk of several makes none: they may be namespaces, or somewhere else.
      if (machineLabels(text).length > 1) continue
      if (typeof place !== 'string' || isNamespace(place, namespaces)) continue
      if (!labels.has(place)) labels.set(place, command.line)
    }
  }
  return labels
}

/** Which of the names that a reader gave the machines a label of the document means. */
function givenName(label: string, names: readonly string[]): string | undefined {
  const same = names.find(name => plain(name) === plain(label))
  if (same !== undefined) return same
  const mark = /(\d+|.)$/.exec(plain(label))?.[1] ?? ''
  const ending = names.filter(name => new RegExp(`(^|\\D)${mark}$`).test(plain(name)))
  if (ending.length === 1) return ending[0]
  return /^\d+$/.test(mark) ? names[Number(mark) - 1] : names[mark.charCodeAt(0) - 97]
}

function ofFrontMatter(names: readonly string[], placeOf: PlaceOf): Machines {
  const named = (text: string) => {
    const found = names.filter(name =>
      new RegExp(`(?<![\\w-])${name.replace(/\W/g, '\\$&')}(?![\\w-])`, 'i').test(text),
    )
    return found.length === 1 ? found[0] : undefined
  }
  return {
    names,
    byPrompt: host =>
      names.find(name => name === host) ?? names.find(name => plain(name) === plain(host ?? '')),
    byText: (text, isHeading) => {
      const place = placeOf(text, isHeading)
      if (place === EVERYWHERE) return place
      if (typeof place === 'string') return givenName(place, names)
      return isHeading || text.length < 60 ? named(text) : undefined
    },
  }
}

const nothing = (): undefined => undefined
const NAMED_IN_WORDS = { why: 'headings or sentences name them', byPrompt: nothing }

/** Machines that words declare by names of their own. */
function ofDeclared(
  commands: readonly TypedCommand[],
  namespaces: ReadonlySet<string>,
): Machines | undefined {
  const declared = [...declaredNames(commands, textsAbove)].filter(
    ([name]) => !isNamespace(name, namespaces),
  )
  if (declared.length < 2) return undefined
  const names = declared.map(([name]) => name)
  return {
    ...NAMED_IN_WORDS,
    names,
    line: declared[1]![1],
    byText: (text, isHeading) =>
      placeNamed(text, isHeading) === EVERYWHERE ? EVERYWHERE : placeAmong(names, text, isHeading),
  }
}

/** What speaks for another machine than the only one. */
function besides(only: string | undefined, labels: ReadonlyMap<string, number>) {
  const other = [...labels].find(([label]) => plain(label) !== plain(only ?? ''))
  if (other === undefined) return {}
  return {
    why: `words above it name ${other[0]}, and nothing shows what is typed elsewhere`,
    line: other[1],
  }
}

/** Which machines a document is typed on. */
export function machinesOf(
  { commands }: TypedDocument,
  frontMatter: FrontMatter,
  namespaces: ReadonlySet<string>,
): Machines {
  const given = Object.keys(frontMatter.hosts ?? {})
  const placeOf = placeWithLetters(commands, textsAbove)
  if (given.length > 0) return ofFrontMatter(given, placeOf)
  const ownNames = ownHostNames(commands)
  const prompts = promptHosts(commands, namespaces, ownNames)
  // Host names are the same in capitals: the first spelling is theirs.
  const named = new Map<string, string>()
  const keyOf = (host: string) => machineName(host).toLowerCase()
  for (const host of [...prompts.keys(), ...sshTargets(commands)]) {
    if (!named.has(keyOf(host))) named.set(keyOf(host), machineName(host))
  }
  const names = [...named.values()]
  const labels = labelledPlaces(commands, namespaces, placeOf)
  if (names.length < 2 && labels.size > 1) {
    const line = [...labels.values()][1]
    return {
      ...NAMED_IN_WORDS,
      names: [...labels.keys()],
      ...(line === undefined ? {} : { line }),
      byText: (text, isHeading) => {
        const place = placeOf(text, isHeading)
        return typeof place === 'symbol' || labels.has(place ?? '') ? place : undefined
      },
    }
  }
  const declared = names.length === 0 ? ofDeclared(commands, namespaces) : undefined
  if (declared !== undefined) return declared
  const [line] = prompts.values()
  const several = { why: 'prompts name them', ...(line === undefined ? {} : { line }) }
  return {
    names: names.length === 0 ? ['host'] : names,
    ...(names.length > 1 ? several : besides(names[0], labels)),
    byPrompt: prompt => {
      const host = ownNames.has(prompt ?? '') ? ownNames.get(prompt ?? '') : prompt
      return host === undefined ? undefined : named.get(keyOf(host))
    },
    byText: text =>
      names.length > 1 && placeNamed(text, true) === EVERYWHERE ? EVERYWHERE : undefined,
  }
}

/** The machine that `ssh` goes to, and stays on: no command stands behind it. */
export function sshTarget(text: string): string | undefined {
  const match =
    /^\s*(?:sudo\s+)?ssh((?:\s+-(?:[AaCfgKkMNnqTtvXxYy46]+|[bcDEeFIiJLlmOopQRSWw]\s*\S+))*)\s+(?:[\w.-]+@)?([\w.-]+)\s*$/.exec(
      text,
    )
  return match?.[2]
}

function sshTargets(commands: readonly TypedCommand[]): Set<string> {
  return new Set(
    commands.flatMap(({ text }, i) => {
      const target = sshTarget(text)
      return target === undefined ? [] : [commands[i + 1]?.prompt?.host ?? target]
    }),
  )
}
