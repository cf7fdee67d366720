import path from 'node:path'
import { simpleCommands } from './compare/simple-command.ts'
import type { TypedCommand } from './typed/typed.ts'

const LAST_OF_URL = /^\w+:\/\/[^/]+\/(?:.*\/)?([^/?#]+)(?:[?#].*)?$/
/** Words of a command, and files within paths. */
const NAMES = /[^\s"'`$(){};|&<>=:,/]+/g

const lastOf = (word: string) => LAST_OF_URL.exec(word)?.[1] ?? ''

/** What lies in the folder after a command that fetches it: files, and the folder of a repository. */
function filesOf(text: string): string[] {
  return simpleCommands(text).flatMap(({ program, args }) => {
    const behind = (options: RegExp) => args.find((_, i) => options.test(args[i - 1] ?? '')) ?? ''
    if (program === 'wget') {
      const named = behind(/^(?:-\w*O|--output-document)$/)
      return named === '' ? args.map(lastOf) : [path.basename(named)]
    }
    if (program === 'curl') {
      const named = behind(/^(?:-\w*o|--output)$/)
      const isNamedByUrl = args.some(arg => /^(?:-\w*O|--remote-name)$/.test(arg))
      return isNamedByUrl ? args.map(lastOf) : [path.basename(named)]
    }
    if (program !== 'git' || args[0] !== 'clone') return []
    const at = args.findIndex(arg => /[/:]/.test(arg) && !arg.startsWith('-'))
    const folder = args[at + 1] ?? args[at]?.replace(/\/?(?:\.git)?$/, '') ?? ''
    return [path.basename(folder)]
  })
}

/** Files that a document fetches, and that a walk cannot: what works with them says nothing of it. */
export class FetchedFiles {
  readonly #lines = new Map<string, number>()

  /** One that was not run. */
  miss({ text, line }: TypedCommand): void {
    for (const name of filesOf(text).filter(file => file.length > 1)) this.#lines.set(name, line)
  }

  doubtOf({ text }: TypedCommand): string | undefined {
    if (this.#lines.size === 0) return undefined
    for (const [name] of text.matchAll(NAMES)) {
      const line = this.#lines.get(name)
      if (line !== undefined) return `it needs what line ${line} fetches, which is not run here`
    }
    return undefined
  }
}
