import type { OutsidePlan } from '../plan/walk-plan.ts'

const CONNECTS = /(?:^|[\s(])(?:curl|wget|ping6?|nc|telnet)\s/
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

function spelled(text: string, { address, names }: OutsidePlan): string {
  const inUrl = address.includes(':') ? `[${address}]` : address
  return names.reduce((rest, name) => {
    const word = `(?<=^|[\\s'"]|://)(?<!Host:\\s*)${escaped(name)}(?=$|[\\s'":/])`
    return rest.replace(new RegExp(word, 'gi'), (_, at: number) =>
      rest.slice(0, at).endsWith('://') ? inUrl : address,
    )
  }, text)
}

/**
 * Commands that connect to who is behind the gateway, by address: a lab has no DNS for names out
 * there. What only reads such a name, as `grep` behind a pipe, reads it still.
 */
export function byAddress(text: string, outside: readonly OutsidePlan[]): string {
  return text
    .split(/([|;&\n])/)
    .map(part => (CONNECTS.test(part) ? outside.reduce(spelled, part) : part))
    .join('')
}
