import type { Prose } from '../document/document.ts'
import { likeness } from './command-shape.ts'
import { printingOf } from './program-output.ts'

const TO_FILL_IN =
  /<[A-Za-z][\w .-]*>|\[[A-Za-z]+\]|\.{3}|…|^(?:sudo )?(?:ip|bridge|brctl)\b.*\s[A-Z][A-Z_-]+\d?(?:\s|$)/
/** `ip netns add` is how it is called, not what is typed. */
const NAME_ONLY = /^(?:sudo\s+)?\S+$|\s(?:add|del|delete|set|exec|replace|change|append|flush|-\w)$/

const bare = (code: string) => code.trim().replace(/^[$#]\s+/, '')

function isWhole(code: string): boolean {
  const command = bare(code)
  return likeness(command) === 3 && !TO_FILL_IN.test(command) && !NAME_ONLY.test(command)
}

/** The command that a paragraph or an item of a list is, when it says nothing else. */
export function inlineCommand({ text, code = [], isCell }: Prose): string | undefined {
  const [command = ''] = code
  const isAlone = code.length === 1 && /^[\s.:;,。：；]*$/.test(text.replace(command, ''))
  return isAlone && !isCell && isWhole(command) ? command : undefined
}

/** Whether `text`, up to `code`, opens a parenthesis: what stands in it is said by the way. */
function isAside(text: string, code: string): boolean {
  const above = text.slice(0, text.indexOf(code))
  return (above.match(/[(（]/g)?.length ?? 0) > (above.match(/[)）]/g)?.length ?? 0)
}

/** Commands in a sentence or a table without which what follows may fail: they change something. */
export function mentioned({ text, code = [] }: Prose): string[] {
  return code.filter(one => {
    const isChange = printingOf(bare(one)).isSilent || /\bsysctl\s.*=/.test(one)
    return isChange && isWhole(one) && !isAside(text, one)
  })
}
