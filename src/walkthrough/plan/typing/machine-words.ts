/** What documents call a machine, and what its name begins with here. */
const NOUNS: readonly [words: string, name: string][] = [
  [
    'host|hôte|hote|хост\\p{L}*|ホスト|主机|宿主机|호스트|machine|maschine|máquina|maquina|computer|rechner',
    'host',
  ],
  ['машин\\p{L}+|マシン|机器|머신|컴퓨터|equipo|box', 'host'],
  ['node|knoten|nœud|noeud|nodo|узел|узл\\p{L}+|ノード|节点|노드', 'node'],
  ['server|serveur|servidor|сервер\\p{L}*|サーバー?|服务器|서버', 'server'],
  ['vm|虚拟机|virtual machine', 'vm'],
  ['router|routeur|路由器|라우터', 'router'],
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
  첫: '1',
  두: '2',
  세: '3',
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
/** `A 主机`, `在A节点上`, `1号节点`; not the last of `A和B节点`. */
const BEFORE = new RegExp(
  `(?:${LETTER}(?=[A-D\\d])|(?<=\\p{Script=Han})(?=[A-D]))([A-D]|\\d)(?<!(?<![A-Za-z])[A-D]\\s*[和与及跟、,，/]\\s*[A-D])\\s*号?\\s*(主机|机器|节点|服务器|虚拟机)`,
  'gu',
)
/** `the second machine`, `auf dem zweiten Rechner`. */
const ORDERED = new RegExp(`${LETTER}(${ORDINAL})\\s+(${NOUN})${END}`, 'giu')
/** `두 번째 서버에서` */
const ORDERED_KOREAN = /(첫|두|세)\s*번째\s*(호스트|머신|컴퓨터|노드|서버|라우터)/gu
/** `第二台机器`, `另一台主机`, `2台目のホスト`. */
const COUNTED =
  /(?:第([一二三123])|(另)外?一)(?:台\s*(主机|机器|节点|服务器|虚拟机)?|个\s*(主机|机器|节点|服务器|虚拟机))|([123一二三])台目/gu
// prettier-ignore
const EVERY = new RegExp(`${LETTER}(?:both|each|every|all(?: the)?|beiden?|allen|jedem|les deux|chaque|toutes? les|ambos|ambas|cada|todos los|обоих|каждом|всех)\\s+(?:of the\\s+|two\\s+)?(?:${NOUN})|(?:两|每一?|各)[台个]\\s*(?:${NOUN})|所有的?(?:${NOUN})|(?:両方|すべて|全て)の?(?:${NOUN})|(?:모든|각)\\s*(?:${NOUN})`, 'iu')
// prettier-ignore
/** Words that make a sentence an order to go there; their end is where the machine is named. */
const GOING = /(?:^|[\s(（])(?:on|onto|at|in|auf|am|im|sur|dans|en|на|в)(?:\s+(?:the|our|dem|der|den|la|le|el))?\s+$|^\W*(?:from|von|depuis|desde|с|со)(?:\s+(?:the|dem|la|le|el))?\s+$|(?:go|switch|move|log ?in|back|over|wechsel\w*)\s+(?:\w+\s+)?(?:to|zu|auf)(?:\s+the)?\s+$|(?:在|登录到?|登陆到?|切换到?|^\W*从)\s*$/iu
const GOING_BEHIND = /^\s*(?:上|で|上で|にて|では|里|中|에서)/u
/** What is done to a machine from another: `Now ping host B:`, `Der Gast erreicht Rechner B nicht:`. */
const AIMING =
  /(?<![\p{L}])(?:ping\p{L}*|reach(?:es|ing)?|erreich\p{L}*|joindre|atteindre|alcanza\p{L}*|пингу\p{L}*|访问|到达)(?:\s+(?:the|den|la|el))?\s*$/iu
/** `on the host a bridge`, `el servidor a la red`: a word, and no name. */
const DETERMINED = /(?<![\p{L}])(?:the|this|each|every|your|our|el|la)\s+$/iu

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

function isArticle(text: string, { index, 0: { length }, 2: letter = '' }: RegExpExecArray) {
  const isSmall = letter === 'a' && DETERMINED.test(text.slice(0, index))
  return isSmall && /^\s+\p{L}/u.test(text.slice(index + length))
}

function* matchesIn(text: string): Generator<[match: RegExpExecArray, label: string]> {
  for (const match of text.matchAll(BEHIND)) {
    if (isArticle(text, match)) continue
    yield [match, labelOf(match[1] ?? '', match[2] ?? match[3] ?? '')]
  }
  for (const pattern of [BEFORE, ORDERED, ORDERED_KOREAN]) {
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

/** Whether a sentence sends its reader to what it names between those. */
export const isGoing = ({ before, behind }: Omit<Named, 'label'>): boolean =>
  GOING.test(before) || GOING_BEHIND.test(behind)

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
  if (AIMING.test(first.before)) return undefined
  if (isHeading || isGoing(first)) return first.label
  const isLabel =
    text.length < 30 && /^\W{0,4}[\p{L}\s_-]{1,20}(?:\d{1,2}|\p{L})\W{0,3}$/u.test(text.trim())
  return isLabel || /[:：]\s*$/.test(text) ? first.label : undefined
}
