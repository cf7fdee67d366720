/** The one that a reader begins in. */
export const FIRST_TERMINAL = '1'

// prettier-ignore
const WINDOW = String.raw`(?:terminals?|shells?|windows?|tabs?|consoles?|panes?|xterms?|终端|终端窗口|窗口|控制台|端末|ターミナル|Fenster|Konsolen?|ventanas?|fenêtres?|терминал\p{L}*|окн\p{L}+)`
const NUMBERED = new RegExp(
  String.raw`(?<![\p{L}\d])${WINDOW}[\s_-]*(?:#|no\.?\s*|number\s+)?(\d|one|two|three|[A-D])(?![\p{L}\d.])`,
  'giu',
)
// prettier-ignore
const COUNTED = new RegExp(
  String.raw`(?<![\p{L}\d])(first|original|second|third|other|another|new|separate|different|ersten?|zweite[nrs]?|andere[nrs]?|neue[nrs]?|première?|deuxième|autre|primer[ao]?|segund[ao]|otr[ao]|перв\p{L}+|втор\p{L}+|друг\p{L}+|нов\p{L}+)\s+(?:[\p{L}]+\s+)?${WINDOW}(?![\p{L}])|(第[一二三123]|另外?一|新(?:开|打开)?(?:一)?)[个块]?(?:终端|窗口|控制台)|(別の|新しい|最初の)(?:端末|ターミナル)`,
  'giu',
)
const FIRST = /^(?:1|one|a)$|^(?:first|original|erste|premi|primer|перв|第[一1]|最初)/iu
const THIRD = /^(?:3|three|c)$|^(?:third|第[三3])/iu
/** Whichever the reader is not in. */
const OTHER = /^(?:other|andere|autre|otr|друг|另|別)/iu

function labelOf(word: string, current: string): string {
  if (FIRST.test(word)) return FIRST_TERMINAL
  if (THIRD.test(word)) return '3'
  if (/^\d$/.test(word)) return word
  if (OTHER.test(word)) return current === FIRST_TERMINAL ? '2' : FIRST_TERMINAL
  return '2'
}

/** The terminal that a text above commands sends its reader to; undefined: none, or several. */
export function terminalNamed(text: string, current: string): string | undefined {
  if (text.length > 400) return undefined
  const words = [...text.matchAll(NUMBERED), ...text.matchAll(COUNTED)].map(
    ([, one, two, three]) => one ?? two ?? three ?? '',
  )
  const labels = new Set(words.map(word => labelOf(word, current)))
  return labels.size === 1 ? [...labels][0] : undefined
}
