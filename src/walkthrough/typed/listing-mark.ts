const LEFT_OUT_WORDS =
  'snip|snipped|omitted|output omitted|output truncated|truncated|trimmed|lines omitted|skipped|cut|省略|略|中略|后略|前略|以下省略|输出省略|gekürzt|ausgelassen|recorté'
const DOTS = /^[\s(（[【<]*(?:\.{2,}|…+|(?:\. ){2,}\.|⋮|：：|\*\.{3}\*)[\s)）\]】>]*$/u
const LEFT_OUT = new RegExp(
  `^(?:[-=.…·*~#/\\s]{0,12})[([{<（【《]?\\s*(?:\\.{3}|…)?\\s*(?:${LEFT_OUT_WORDS})\\s*(?:\\.{3}|…)?\\s*[)\\]}>）】》]?(?:[-=.…·*~\\s]{0,12})$`,
  'iu',
)
const COMMENTED_DOTS = /^(?:#|\/\/|;)\s*(?:\.{3}|…)+\s*$/u

/** A line that stands for lines that are left out: `...`, `[snip]`, `（省略）`. */
export const isLeftOut = (text: string): boolean =>
  text.length < 60 && (DOTS.test(text) || COMMENTED_DOTS.test(text) || LEFT_OUT.test(text))

/** A line drawn between two parts of a listing. */
export const isRule = (text: string): boolean =>
  /^\s*(?:-{3,}|={3,}|\*{3,}|_{3,}|─{3,}|~{3,})\s*$/u.test(text)

/** What stands before a page's listing: the name of its language, and a button to copy it. */
export const isPageFurniture = (text: string): boolean =>
  /复制代码|复制成功|代码复制|copy code|copy to clipboard|^\s*[▼▶]\s/iu.test(text) &&
  text.length < 60

/** `Terminal 1:`, `输出：`, above what is typed there or comes out. */
export const isLabel = (text: string): boolean =>
  /^\s*(?:terminal|console|window|shell|host|node|machine|server|client|output|result|on |in |主机|终端|节点|窗口|机器|控制台|输出|结果|返回|显示|在)[^|<>$`]{0,60}[:：]\s*$/iu.test(
    text,
  )

/** Ctrl-C as a terminal shows it; it may stand before what the program says last. */
export const STOPPED = /^\s*\^C%?/

/** What `sudo` asks on the terminal: no output of what it runs. */
export const isAskedPassword = (text: string): boolean =>
  /^\s*\[sudo\]\s[^:：]{1,80}[:：]\s*$/u.test(text)

/** `Not Reachable!`, `it wont work`: what its author says of a ping, where the ping's own words stand. */
export const isSaidByHand = (text: string): boolean =>
  /^[\W_]*(?:(?:it|this|ping)\s+)?(?:is\s+)?(?:(?:still|now)\s+)?(?:(?:not|un)\s?reachable|not working|no (?:reply|response|answer)|(?:does|do|will|wo|did|ca)(?:n?['’]?t| not|nnot) (?:work|respond|answer|reply|ping)|works?|fails?|failed|success(?:ful(?:ly)?)?)(?:\s+(?:yet|now|again))?[\W_]*$/iu.test(
    text,
  )

/** `(no output)`: its author says that nothing is printed. */
export const isNothingSaid = (text: string): boolean =>
  /^\s*>?\s*(?:\(no output\)|\[no output\]|<no output>)\s*(?:#.*)?$/i.test(text)
