/** The one that a reader begins in. */
export const FIRST_TERMINAL = '1'

const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー`
/** Chinese, Japanese and Korean put no space between words. */
const LETTER_BEFORE = String.raw`(?<![\p{L}\d])|(?<=[${CJK}])`
// prettier-ignore
const WINDOW = String.raw`(?:terminals?|terms?|shells?|windows?|tabs?|ttys?|consoles?|panes?|xterms?|终端窗口|终端|窗口|控制台|端末|ターミナル|シェル|ウィンドウ|タブ|터미널|창|terminale|Fenster|Konsolen?|ventanas?|fenêtres?|терминал\p{L}*|консол\p{L}+|окн\p{L}+)`
const NUMBERED = new RegExp(
  String.raw`(?:${LETTER_BEFORE})${WINDOW}[\s_-]*(?:#|no\.?\s*|number\s+)?(?:(\d)|(one|two|three|[A-D])(?!\p{L}))(?!\d|\.\d|(?![${CJK}])\p{L})`,
  'giu',
)
// prettier-ignore
const COUNTED = new RegExp(
  String.raw`(?<![\p{L}\d])(first|original|initial|second|third|1st|2nd|3rd|other|another|new|fresh|separate|different|additional|ersten?|zweite[nrs]?|dritte[nrs]?|andere[nrs]?|neue[nrs]?|weitere[nrs]?|premier|première|deuxième|troisième|autre|nouveau|nouvelle|primer[ao]?|primo|prim(?:eir)[ao]|segund[ao]|secondo|tercer[ao]?|nuev[ao]|otr[ao]|outr[ao]|altro|перв\p{L}+|втор\p{L}+|трет\p{L}+|друг\p{L}+|нов\p{L}+|ещё од\p{L}+)\s+(?:[\p{L}]+\s+)?${WINDOW}(?![\p{L}])|(第[一二三123]|另外?(?:开|打开)?一|再(?:开|打开)?一|新(?:开|打开|建)?(?:一|的)?|原来?的)[个块]?(?:终端|窗口|控制台)|(別の?|新しい|最初の|元の|もう(?:一|ひと|1)つの|[123一二三](?:つ|番|個)目の)(?:端末|ターミナル|シェル|ウィンドウ|タブ)|(첫|두|세|새로?운?|다른)\s*(?:번째\s*)?(?:터미널|창)`,
  'giu',
)
const FIRST =
  /^(?:1|one|a)$|^(?:first|original|initial|1st|erste|premi|prim|перв|第[一1]|原|最初|元|[1一](?:つ|番|個)|첫)/iu
const THIRD =
  /^(?:3|three|c)$|^(?:third|3rd|dritt|trois|tercer|трет|第[三3]|[3三](?:つ|番|個)|세)/iu
/** Whichever the reader is not in. */
const OTHER = /^(?:other|andere|autre|otr|outr|altro|друг|另|別|もう|다른)/iu
/** One that nobody has opened yet. */
const NEW = /^(?:new|fresh|additional|neue|weiter|nouv|nuev|нов|ещё|再|新|새)/iu
const ANY = /^(?:another|separate|different)/iu

/** What a reader has before them. */
interface Desk {
  /** The terminal that they are in. */
  current: string
  /** Whether a shell is open in one. */
  isUsed: (terminal: string) => boolean
}

/** Beside the first. */
const OTHERS = ['2', '3', '4', '5', '6', '7', '8', '9']

function labelOf(word: string, { current, isUsed }: Desk): string {
  if (FIRST.test(word)) return FIRST_TERMINAL
  if (THIRD.test(word)) return '3'
  if (/^\d$/.test(word)) return word
  if (/^d$/i.test(word)) return '4'
  if (OTHER.test(word)) return current === FIRST_TERMINAL ? '2' : FIRST_TERMINAL
  const isFresh =
    NEW.test(word) || (ANY.test(word) && isUsed(current) && current !== FIRST_TERMINAL)
  return (isFresh ? OTHERS.find(terminal => !isUsed(terminal)) : undefined) ?? '2'
}

/** The terminal that a text above commands sends its reader to; undefined: none, or several. */
export function terminalNamed(text: string, desk: Desk): string | undefined {
  if (text.length > 400) return undefined
  const words = [...text.matchAll(NUMBERED), ...text.matchAll(COUNTED)].map(
    ([, ...found]) => found.find(word => word !== undefined) ?? '',
  )
  const labels = new Set(words.map(word => labelOf(word, desk)))
  return labels.size === 1 ? [...labels][0] : undefined
}

/** `term1$`, `(console 2)$`: the terminal that a prompt names where it would name a machine. */
export const terminalOfPrompt = (host = ''): string | undefined =>
  /^(?:terminal|term|tty|shell|window|console|tab|pane)[ _-]?([1-9])$/i.exec(host)?.[1]
