import { capturingBy, type Reading } from './capturing.ts'
import { counting } from './counting.ts'
import { looking } from './looking.ts'
import { serving } from './serving.ts'
import type { ShellFunction } from './shell-function.ts'

/** Those that are called, and what they call. */
export function functionsFor(called: readonly string[], reading: Reading) {
  const table: Readonly<Record<string, ShellFunction>> = {
    ...counting,
    ...looking,
    ...serving,
    ...capturingBy(reading),
  }
  const needed = new Set<string>()
  const need = (name: string): void => {
    const known = table[name]
    if (known === undefined || needed.has(name)) return
    needed.add(name)
    known.calls?.forEach(need)
  }
  called.forEach(need)
  const used = Object.entries(table).filter(([name]) => needed.has(name))
  return {
    text: used.map(([, { text }]) => text).join('\n\n'),
    tools: Object.assign({}, ...used.map(([, { tools }]) => tools ?? {})) as Record<string, string>,
  }
}
