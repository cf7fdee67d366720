import { WRAP } from './typed/typed.ts'

/** `12: mybr0@if3: <BROADCAST,UP>`: the name, and whether it is up. */
function* states(text: string): Generator<[name: string, isUp: boolean]> {
  const whole = text.replaceAll(WRAP, '')
  for (const [, name = '', flags = ''] of whole.matchAll(
    /^\d+: ([^\s:@]+)\S*:? (?:state \S+ )?(?:@\S+ )?<([^>]*)>/gm,
  )) {
    yield [name, flags.split(',').includes('UP')]
  }
}

/**
 * Links that a document shows up, and that are down, though they are there: somebody brought them up
 * between the lines. What comes after makes sense only if the walk does so too.
 */
export function forgottenUps(shown: readonly string[], seen: string): string[] {
  const now = new Map(states(seen))
  return [...states(shown.join('\n'))]
    .filter(([name, isUp]) => isUp && now.get(name) === false)
    .map(([name]) => name)
}

export const asIfUp = (name: string): string =>
  `the document shows ${name} up, and nothing before it brings it up: walked on as if "ip link set ${name} up" stood here`
