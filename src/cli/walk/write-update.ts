import path from 'node:path'
import type { EventListener } from '../../runner/events.ts'
import { shownPath } from '../../runner/shown-path.ts'
import type { WalkedStep } from '../../walkthrough/verdict.ts'
import { checkWritable, documentText, onlyDocument, writeOutput } from './walk-output.ts'

/** `docs/veth.md` is `docs/veth.updated.md`. */
function besides(file: string): string {
  const { dir, name, ext } = path.parse(file)
  return path.join(dir, `${name}.updated${ext}`)
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/**
 * `tnet-lab walk --update`: hears what a walk sees, and writes copies of the documents that show it.
 *
 * @example
 * const updates = new Updates(files, values.output)
 * const { end } = await oneRun(parsed, config, { files, onEvent: updates.onEvent })
 * await updates.write()
 */
export class Updates {
  /** As they were when the walk began. */
  readonly #texts: ReadonlyMap<string, string>
  readonly #output: string | undefined
  /** The document of each scenario of the run, and what was walked of it. */
  readonly #walked = new Map<string, { file: string; steps: WalkedStep[] }>()

  /** @param output of one document; default: `NAME.updated.md` beside each */
  constructor(files: readonly string[], output?: string) {
    if (output !== undefined) onlyDocument(files, '--update --output FILE')
    this.#output = output
    for (const file of files) checkWritable(this.#outputOf(file))
    this.#texts = new Map(files.map(file => [path.resolve(file), documentText(file)]))
  }

  readonly onEvent: EventListener = event => {
    if (event.type === 'scenario-start') {
      this.#walked.set(event.id, { file: path.resolve(event.file), steps: [] })
    } else if (event.type === 'walked') this.#walked.get(event.id)?.steps.push(event)
  }

  #outputOf(file: string): string {
    return this.#output ?? shownPath(besides(file))
  }

  /** When the run is over. */
  async write(): Promise<void> {
    const [{ readDocument }, { typedIn }, { updated }] = await Promise.all([
      import('../../walkthrough/document/read-document.ts'),
      import('../../walkthrough/typed/typed-in.ts'),
      import('../../walkthrough/update/updated.ts'),
    ])
    // A document that was walked again is as the last walk saw it.
    const last = new Map([...this.#walked.values()].map(({ file, steps }) => [file, steps]))
    for (const [file, steps] of last) {
      const before = this.#texts.get(file)
      if (before === undefined) continue
      const typed = typedIn(readDocument(before, shownPath(file)))
      const { text, renewed, left } = updated(before, typed, steps)
      const output = this.#outputOf(file)
      writeOutput(text, output)
      const what = renewed.length === 0 ? 'as it was' : `${count(renewed.length, 'output')} renewed`
      if (output !== '-') process.stderr.write(`wrote ${output}: ${what}\n`)
      for (const { line, why } of left) {
        process.stderr.write(`left  ${shownPath(file)}:${line}: ${why}\n`)
      }
    }
  }
}
