/** What documents call a machine, and what its name begins with here. */
const NOUNS: readonly [words: string, name: string][] = [
  [
    'host|hôte|hote|хост\\w*|ホスト|主机|宿主机|machine|maschine|máquina|maquina|computer|rechner',
    'host',
  ],
  ['машин[аыеу]|マシン|机器|equipo|box', 'host'],
  ['node|knoten|nœud|noeud|nodo|узел|узле|узла|ノード|节点', 'node'],
  ['server|serveur|servidor|сервер\\w*|サーバー?|服务器', 'server'],
  ['vm|虚拟机|virtual machine', 'vm'],
  ['router|routeur|路由器', 'router'],
]
const NOUN = NOUNS.map(([words]) => words).join('|')
const DIGITS: Readonly<Record<string, string>> = {
  一: '1',
  二: '2',
  三: '3',
  甲: 'a',
  乙: 'b',
  丙: 'c',
  one: '1',
  two: '2',
  three: '3',
  first: '1',
  second: '2',
  third: '3',
  other: '2',
  erst: '1',
  zweit: '2',
  dritt: '3',
  ander: '2',
  premier: '1',
  première: '1',
  deuxième: '2',
  seconde: '2',
  autre: '2',
  troisième: '3',
  primer: '1',
  primera: '1',
  segundo: '2',
  segunda: '2',
  otro: '2',
  otra: '2',
  tercera: '3',
  перв: '1',
  втор: '2',
  друг: '2',
  трет: '3',
}
// prettier-ignore
const ORDINAL = 'first|second|third|other|(?:erst|zweit|dritt|ander)e?[nrsm]?|premi(?:er|ère)|deuxième|seconde|troisième|autre|primera?|segund[oa]|tercera|otr[oa]|(?:перв|втор|друг|трет)\\p{L}+'
const LETTER = '(?<![\\p{L}\\d_])'
const END = '(?![\\p{L}\\d_])'

/** `Host A`, `node2`, `VM-1`, `Server one`; a small letter counts only when it is attached. */
const BEHIND = new RegExp(
  `(?:${LETTER}|(?<=[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]))(${NOUN})(?:[\\s_#-]*(\\d{1,2}|[A-D]|[一二三甲乙丙]|one|two|three)|-?([a-d]))(?![a-z\\d_])`,
  'giu',
)
/** `A 主机`, `1号节点`. */
const BEFORE = new RegExp(`${LETTER}([A-D]|\\d)\\s*号?\\s*(主机|机器|节点|服务器|虚拟机)`, 'gu')
/** `the second machine`, `auf dem zweiten Rechner`. */
const ORDERED = new RegExp(`${LETTER}(${ORDINAL})\\s+(${NOUN})${END}`, 'giu')
/** `第二台机器`, `另一台主机`, `2台目のホスト`. */
const COUNTED =
  /(?:第([一二三123])|(另)外?一)(?:台\s*(主机|机器|节点|服务器|虚拟机)?|个\s*(主机|机器|节点|服务器|虚拟机))|([123一二三])台目/gu
// prettier-ignore
const EVERY = new RegExp(`${LETTER}(?:both|each|every|all(?: the)?|beiden?|allen|jedem|les deux|chaque|toutes? les|ambos|ambas|cada|todos los|обоих|каждом|всех)\\s+(?:of the\\s+|two\\s+)?(?:${NOUN})|(?:两|每一?|各)[台个]\\s*(?:${NOUN})|所有的?(?:${NOUN})|(?:両方|すべて|全て)の?(?:${NOUN})`, 'iu')
// prettier-ignore
/** Words that make a sentence an order to go there; their end is where the machine is named. */
const GOING = /(?:^|[\s(（])(?:on|onto|at|in|auf|am|im|sur|dans|en|на|в)(?:\s+(?:the|our|dem|der|den|la|le|el))?\s+$|^\W*(?:from|von|depuis|desde|с|со)(?:\s+(?:the|dem|la|le|el))?\s+$|(?:go|switch|move|log ?in|back|over|wechsel\w*)\s+(?:\w+\s+)?(?:to|zu|auf)(?:\s+the)?\s+$|(?:在|登录到?|登陆到?|切换到?|^\W*从)\s*$/iu
const GOING_BEHIND = /^\s*(?:上|で|上で|にて|では|里|中)/u

const nameOf = (noun: string) =>
  NOUNS.find(([words]) => new RegExp(`^(?:${words})$`, 'iu').test(noun))?.[1] ?? 'host'

function digitOf(word: string): string {
  const small = word.toLowerCase()
  const known = Object.keys(DIGITS).find(
    start =>
      small === start ||
      (/^(erst|zweit|dritt|ander|перв|втор|друг|трет)/.test(start) && small.startsWith(start)),
  )
  return known === undefined ? small : (DIGITS[known] ?? small)
}

const labelOf = (noun: string, word: string) => {
  const digit = digitOf(word)
  return /^\d/.test(digit) ? `${nameOf(noun)}${digit}` : `${nameOf(noun)}-${digit}`
}

/** On every machine. */
export const EVERYWHERE = Symbol('every machine')

interface Named {
  label: string
  before: string
  behind: string
}

function* matchesIn(text: string): Generator<[match: RegExpExecArray, label: string]> {
  for (const match of text.matchAll(BEHIND)) {
    yield [match, labelOf(match[1] ?? '', match[2] ?? match[3] ?? '')]
  }
  for (const pattern of [BEFORE, ORDERED]) {
    for (const match of text.matchAll(pattern)) {
      yield [match, labelOf(match[2] ?? '', match[1] ?? '')]
    }
  }
  for (const match of text.matchAll(COUNTED)) {
    yield [match, labelOf(match[3] ?? match[4] ?? '主机', match[1] ?? match[5] ?? 'two')]
  }
}

/** The machines that a text names by a number or letter, in its order, each once. */
function namedIn(text: string): Named[] {
  if (text.length > 2000) return []
  const found = [...matchesIn(text)].sort(([a], [b]) => a.index - b.index)
  const labels = new Map<string, Named>()
  for (const [match, label] of found) {
    if (labels.has(label)) continue
    const before = text.slice(0, match.index)
    labels.set(label, { label, before, behind: text.slice(match.index + match[0].length) })
  }
  return [...labels.values()]
}

/** `node2`, `host-a`: the machines that a text names. */
export const machineLabels = (text: string): string[] => namedIn(text).map(({ label }) => label)

const isGoing = ({ before, behind }: Named) => GOING.test(before) || GOING_BEHIND.test(behind)

/**
 * Where a heading, a comment or a sentence above commands says that they are typed; undefined when it
 * only talks about machines. Of several, it is the one that it goes to: `From host A, ping host B`.
 */
export function placeNamed(text: string, isHeading: boolean): string | symbol | undefined {
  if (EVERY.test(text)) return EVERYWHERE
  const named = namedIn(text)
  const [first] = named
  if (first === undefined) return undefined
  if (named.length > 1) {
    const going = named.filter(isGoing)
    return going.length === 1 ? going[0]?.label : undefined
  }
  if (isHeading || isGoing(first)) return first.label
  const isLabel =
    text.length < 30 && /^\W{0,4}[\p{L}\s_-]{1,20}[\d\p{L}]\W{0,3}$/u.test(text.trim())
  return isLabel || /[:：]\s*$/.test(text) ? first.label : undefined
}
