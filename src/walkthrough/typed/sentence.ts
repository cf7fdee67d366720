/** Words of a sentence about a command that no command of the field takes as an argument. */
const SENTENCE_WORDS = new Set(
  `the an is are was were be been does do did don't doesn't can can't cannot could we you they it
  this that these those our your its their will would should must may might yet because which has
  have had there here into between through inside outside onto so but also only again already now
  command commands shows show's means works fails runs lets us how what when where why who using
  der die das ein eine ist sind nicht und oder mit für von auf wird werden
  le la les un une est sont pas et ou avec pour dans des
  el los las una es son para con por`
    .trim()
    .split(/\s+/),
)
/** Between quotes, in substitutions and behind ` #` anything goes. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|`[^`]*`|(?:^|\s)#.*$/g
const OTHER_SCRIPT = /[\u{370}-\u{2FFF}\u{3000}-\u{DFFF}\u{F900}-\u{FFEF}\u{1F000}-\u{1FAFF}]/u
export const isOtherScript = (text: string): boolean => OTHER_SCRIPT.test(text)

/** They take any words. */
const FREE_TEXT =
  /^(?:echo|printf|grep|egrep|cat|touch|mkdir|git|cd|export|sed|tee|awk|ls|rm|cp|mv)$/

/** `link set 网卡名 netns ns名`: what only `ip` reads, with words for what is to stand there. */
const IP_ACTION = /^\w+\s+(?:a|add|del|delete|set|s|replace|change|exec|flush|show)\s/
const IP_WORD = /\s(?:dev|type|name|peer|netns|master|via|up|down)(?:\s|$)|\d\.\d/
const NOUN_LENGTH = 8
const isNoun = (word: string): boolean =>
  !OTHER_SCRIPT.test(word) || (word.length <= NOUN_LENGTH && /^[\p{L}\d_-]+$/u.test(word))

const isFilledInLater = (program: string, rest: string): boolean => {
  const action = IP_ACTION.exec(rest)?.[0]
  if (program !== 'ip' || action === undefined) return false
  const behind = rest.slice(action.length - 1).trimEnd()
  // A sentence ends with its words, and says first what the command does.
  return IP_WORD.test(behind) && behind.trim().split(/\s+/).every(isNoun)
}

/** Whether `rest`, behind a program's name, reads like the rest of a sentence. */
export function isSentence(program: string, rest: string): boolean {
  if (FREE_TEXT.test(program)) return false
  const bare = rest.slice(0, 400).replace(QUOTED, ' ')
  if (OTHER_SCRIPT.test(bare)) return !isFilledInLater(program, bare)
  const words = bare.trim().split(/\s+/)
  const found = words.filter(word =>
    SENTENCE_WORDS.has(word.toLowerCase().replace(/[,.;:!?]$/, '')),
  )
  if (found.length > 1) return true
  const isEnded =
    /[a-z]{2,}[.!?:]$/.test(bare.trim()) && !/[./:]\S*[.!?:]$/.test(words.at(-1) ?? '')
  const hasOption = words.some(word => /^--?[A-Za-z]/.test(word))
  if (isEnded && words.length > 2) return !hasOption
  return found.length === 1 && words.length > 2 && !hasOption
}
