/** nft(8) that is given a chain, a set or a rule; `nft -i` and files of it know no shell. */
const GIVEN =
  /(?:^|[\s(;&|])(?:\/\S*\/)?nft\s+(?:-\S+\s+)*(?:add|create|insert|replace|delete|destroy)\s/

export const UNQUOTED =
  "';' and '&' between nft's braces are the shell's own where nobody quotes them; read as quoted"

/** A command of nft in which the shell leaves alone what stands between braces. */
export function withQuotedBraces(text: string): string {
  if (!GIVEN.test(text) || !/\{[^}]*[;&]/.test(text)) return text
  let depth = 0
  let result = ''
  // What is quoted or escaped is the shell's, and one token; so is `${name}`.
  for (const [token] of text.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\{[^}]*\}|[^]/g)) {
    if (token === '{') depth++
    if (token === '}') depth--
    const isSign = depth > 0 && (token === ';' || token === '&')
    result += isSign ? `\\${token}` : token
  }
  return depth === 0 ? result : text
}
