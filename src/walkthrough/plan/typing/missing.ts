import type { PlacedCommand } from './placed-command.ts'

const SETS = /(?:^|[;\n&|(]|\b(?:export|local|declare|readonly)\s)\s*([A-Za-z_]\w*)=/g
const PRINTED_PID = /^\s*(\d{2,7})\s*$/
const MAKES_FILE = /\/run\/netns\/["']?([\w.-]+)|\bnetns\s+attach\s+["']?([\w.-]+)/g
const MAKES = /\bnetns\s+add\s+["']?([\w.-]+)/g
const unquoted = (text: string) => text.replace(/'[^']*'/g, ' ')

/** What commands would make that are not run, with the line of each. */
class Missing {
  readonly #variables = new Map<string, number>()
  readonly #processes = new Map<string, number>()
  readonly #namespaces = new Map<string, number>()

  /** Why a command cannot do what it is there for; undefined: it can. */
  whyNot({ command: { text }, simple }: PlacedCommand): string | undefined {
    const bare = unquoted(text)
    for (const [name, line] of this.#variables) {
      if (new RegExp(`\\$(?:${name}\\b|\\{${name}\\b)`).test(bare)) {
        return `line ${line} is not run, which would set ${name}`
      }
    }
    for (const [, pid = ''] of text.matchAll(
      /(?:\s-t\s*|--target[ =]|\bnetns\s+|\/proc\/)(\d{2,7})\b/g,
    )) {
      const line = this.#processes.get(pid)
      if (line !== undefined) return `line ${line} is not run, whose process that would be`
    }
    for (const { namespace = '' } of simple) {
      const line = this.#namespaces.get(namespace)
      if (line !== undefined) return `line ${line} is not run, which would make ${namespace}`
    }
    return undefined
  }

  /** A command that is not run. */
  add({ command: { text, line, shown = [] } }: PlacedCommand): void {
    for (const [, name = ''] of text.matchAll(SETS)) this.#variables.set(name, line)
    for (const [, one, other] of text.matchAll(MAKES_FILE)) {
      this.#namespaces.set(one ?? other ?? '', line)
    }
    for (const printed of shown) {
      const pid = PRINTED_PID.exec(printed)?.[1]
      if (pid !== undefined) this.#processes.set(pid, line)
    }
  }

  /** One that is run, and may make the same in another way. */
  make({ command: { text }, written }: PlacedCommand): void {
    for (const [, name = ''] of text.matchAll(SETS)) this.#variables.delete(name)
    for (const [, name = ''] of written.matchAll(MAKES)) this.#namespaces.delete(name)
  }
}

const notRun = (one: PlacedCommand, reason: string): PlacedCommand => ({
  ...one,
  kind: 'not-run',
  reason,
})

/** Shells that are not opened, as what opens them is not run: what is typed in them is nowhere. */
class Unopened {
  #shells: PlacedCommand[] = []

  add(opener: PlacedCommand): void {
    this.#shells.push(opener)
  }

  /** A command as it is run where those are not there. */
  without(one: PlacedCommand): PlacedCommand {
    const isIn = (shell: PlacedCommand) =>
      shell.host === one.host &&
      shell.window === one.window &&
      !one.leaves.some(({ number }) => number === shell.number) &&
      shell.command.headings.join('\n') === one.command.headings.join('\n')
    const isOpen = (number: number) => !this.#shells.some(shell => shell.number === number)
    const leaves = one.leaves.filter(({ number }) => isOpen(number))
    const around = this.#shells.findLast(isIn)
    this.#shells = this.#shells.filter(
      shell => shell.host !== one.host || shell.window !== one.window || isIn(shell),
    )
    if (around === undefined || one.kind === 'not-run') return { ...one, leaves }
    const { line } = around.command
    if (one.kind !== 'exit') return notRun(one, `it is typed in what line ${line} would open`)
    this.#shells = this.#shells.filter(shell => shell !== around)
    return notRun(one, `it leaves what line ${line} would open`)
  }
}

/** Commands that need what another would make that is not run are not run either, and say why. */
export function withoutMissing(placed: readonly PlacedCommand[]): PlacedCommand[] {
  const missing = new Missing()
  const unopened = new Unopened()
  return placed.map(given => {
    const one = unopened.without(given)
    const why = one.kind === 'not-run' ? undefined : missing.whyNot(one)
    const found = why === undefined ? one : notRun(one, why)
    if (given.kind === 'shell' && found.kind === 'not-run') unopened.add(given)
    if (found.kind === 'not-run') missing.add(found)
    else missing.make(found)
    return found
  })
}
