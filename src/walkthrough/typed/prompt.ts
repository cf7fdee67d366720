import { isProgram } from './program.ts'
import type { Prompt } from './typed.ts'

/** A line with a prompt: what the prompt says, and what is typed behind it. */
export interface Prompted {
  prompt: Prompt
  rest: string
}

/** `$ ` and `% ` say nothing but that a command follows; `# ` and `> ` may be something else. */
export type PromptStyle = 'named' | '$' | '%' | '#' | '>'

const TIME = String.raw`(?:\[?\d\d:\d\d(?::\d\d)?\]?\s+)?`
const LABEL = String.raw`(?:\([^()\s]{1,40}\)\s*)?`
const USER = String.raw`(?<user>[^\s@\[\]():$#>/"'=]{1,40})`
const HOST = String.raw`(?<host>[^\s@\[\]():$#>/"'=]{1,64})`

const NAMED: readonly RegExp[] = [
  // [root@node1 ~]# and what a page makes of it that hides mail addresses
  new RegExp(
    `^${TIME}${LABEL}\\[ ?${USER}@${HOST}(?:[: ]\\s*[^\\]]*)?\\] ?(?<end>[#$%>]) ?(?<rest>.*)$`,
    's',
  ),
  new RegExp(
    `^${TIME}${LABEL}\\[\\[email\\s?protected\\](?:[: ][^\\]]*)?\\] ?(?<end>[#$%>]) ?(?<rest>.*)$`,
    's',
  ),
  // user@host:~/folder (main) $
  new RegExp(
    `^${TIME}${LABEL}${USER}[@㉿]${HOST}(?:[: ]+[~/][^\\s#$%>]*)?(?: ?\\([^()]{1,40}\\))? ?(?<end>[#$%»❯]) ?(?<rest>.*)$`,
    's',
  ),
  new RegExp(`^${TIME}${USER}[@㉿]${HOST}(?:[: ]+[~/][^\\s#$%>]*)?(?<end>>) (?<rest>.*)$`, 's'),
  // node1:~ #
  new RegExp(`^${TIME}${LABEL}${HOST}:[~/][^\\s#$]{0,80} ?(?<end>[#$]) ?(?<rest>.*)$`, 's'),
  /^(?:ba|z|da|k)?sh(?:-\d[\d.]{0,8})?(?<end>[#$]) ?(?<rest>.*)$/s,
  /^(?:[~/][\w./-]{0,80}) ?(?<end>[#$]) (?<rest>.*)$/s,
  // The second line of Kali's and of some zsh themes'
  /^[└╰]─{0,3}[╼►>]?\s?(?<end>[#$❯>λ])\s?(?<rest>.*)$/s,
  // (ns1) #, [host1]$, <ns1>#
  /^(?:\((?<host>[^()]{1,40})\)|\[(?<host2>[^\s[\]]{1,40})\]|<(?<host3>[\w-]{1,40})>) ?(?<end>[#$%]) ?(?<rest>.*)$/s,
  // namespace ns1>
  /^(?:namespace|netns|container|host|node|machine|router) (?<host>[\w.-]{1,40})(?<end>[#$>]) (?<rest>.*)$/is,
]
const ARROW = /^[➜❯λ»▶➤]\s+(?<rest>.*)$/su
const ARROW_FOLDER = /^(?:[~/]\S*$|(?:~\S*|\/\S*|[\w.-]+)\s+(?:git:\([^()]*\)\s*)?(?:✗\s*)?)/
/** A word and a sign: it may be the name of a host or a namespace, and a word like any other. */
const WORD = /^(?<host>[A-Za-z][\w.@/-]{0,60})(?:(?<end>[#$%>]) ?| (?<end2>[#$]) )(?<rest>.*)$/s
const INTERACTIVE =
  /^(?:mysql|mariadb|sqlite|psql|postgres|redis|mininet|ftp|sftp|telnet|irb|gdb|scapy|nft|bluetoothctl|mongo|ghci|lua|node|octave|vtysh|ovs|etcd)$/i
const BARE: readonly (readonly [PromptStyle, RegExp])[] = [
  ['$', /^\$(?:\s+(?<rest>.*)|$)/s],
  ['%', /^%\s+(?<rest>.*)$/s],
  ['#', /^#(?!#|!)\s*(?<rest>.*)$/s],
  ['>', /^>\s+(?<rest>.*)$/s],
]
/** `[1.4]#`, `[2] root@node1:~#`: the step of a text that counts its own. */
const STEP = /^\[\d{1,2}(?:\.\d{1,2}){0,2}\]\s*/
const HEADER = /^[┌╭]─{0,3}[[(]?(?:[^\s@㉿()[\]]{1,40})[@㉿](?<host>[^\s()[\]]{1,64})/

function promptOf(text: string, names: Record<string, string | undefined>): Prompt {
  const named = names['host'] ?? names['host2'] ?? names['host3']
  const isPlace = named === undefined || /^[~/]/.test(named) || STEP.test(`[${named}]`)
  const host = isPlace ? undefined : named
  const { user } = names
  return {
    text,
    ...(user === undefined ? {} : { user }),
    ...(host === undefined ? {} : { host }),
  }
}

function before(line: string, rest: string): string {
  return line.slice(0, line.length - rest.length).trim()
}

function ofWord(line: string): Prompted | undefined {
  const groups = WORD.exec(line)?.groups
  const host = groups?.['host']
  const rest = groups?.['rest']
  if (host === undefined || rest === undefined) return undefined
  if (isProgram(host) || INTERACTIVE.test(host) || /^[\d.]+$/.test(host)) return undefined
  const [word = ''] = rest.trim().split(/[\s;&|]/, 1)
  const program = word.slice(word.lastIndexOf('/') + 1)
  if (rest.trim() !== '' && !isProgram(program) && !/^(?:\.{0,2}\/|[A-Za-z_]\w*=)/.test(word)) {
    return undefined
  }
  return {
    prompt: promptOf(before(line, rest), { host: host.includes('/') ? undefined : host }),
    rest,
  }
}

function ofArrow(line: string): Prompted | undefined {
  const behind = ARROW.exec(line)?.groups?.['rest']
  if (behind === undefined) return undefined
  const [word = ''] = behind.split(/\s/, 1)
  const rest = isProgram(word) ? behind : behind.replace(ARROW_FOLDER, '')
  return { prompt: { text: before(line, rest) }, rest }
}

/** `[root@node1 folder] ip link`: without a sign at its end it takes a program to be one. */
const UNENDED = new RegExp(`^\\[${USER}@${HOST}(?:[: ][^\\]]*)?\\] (?<rest>\\S.*)$`, 's')

function ofUnended(line: string): Prompted | undefined {
  const groups = UNENDED.exec(line)?.groups
  const rest = groups?.['rest'] ?? ''
  if (groups === undefined || !isProgram(/^(?:sudo\s+)?([^\s;&|]*)/.exec(rest)?.[1] ?? '')) {
    return undefined
  }
  return { prompt: promptOf(before(line, rest), groups), rest }
}

/** A prompt that nothing else looks like: it names a user, a host, a folder. */
export function namedPrompt(text: string): Prompted | undefined {
  const line = text.slice(0, 70_000).trimStart()
  const [step = ''] = /^\[[^\]]*\]\s+/.exec(STEP.test(line) ? line : '') ?? []
  const behind = step === '' ? undefined : namedPrompt(line.slice(step.length))
  if (behind !== undefined) return behind
  for (const pattern of NAMED) {
    const groups = pattern.exec(line)?.groups
    if (groups === undefined) continue
    const rest = groups['rest'] ?? ''
    return { prompt: promptOf(before(line, rest), groups), rest }
  }
  return ofUnended(line) ?? ofArrow(line) ?? ofWord(line)
}

/** One sign at the beginning of a line, which is a prompt in some listings. */
export function barePrompt(text: string): (Prompted & { style: PromptStyle }) | undefined {
  const line = text.trimStart()
  for (const [style, pattern] of BARE) {
    const found = pattern.exec(line)
    if (found !== null)
      return { style, prompt: { text: style }, rest: found.groups?.['rest'] ?? '' }
  }
  // `$ip link`: no variable is called like a program.
  const rest = /^\$(?=[a-z])(.*)$/s.exec(line)?.[1]
  if (rest === undefined || !isProgram(rest.split(/\s/, 1)[0] ?? '')) return undefined
  return { style: '$', prompt: { text: '$' }, rest }
}

/** The first line of a prompt of two: `┌──(root㉿node1)-[~]`. */
export function promptHeader(text: string): { host: string } | undefined {
  const host = HEADER.exec(text.trim())?.groups?.['host']
  return host === undefined ? undefined : { host }
}
