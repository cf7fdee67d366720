import { UsageError } from '../../errors.ts'
import { shownPath } from '../../runner/shown-path.ts'
import { documentText, onlyDocument, writeOutput } from './walk-output.ts'

/**
 * `tnet-lab walk --to-scenario`: what a document says as a typed scenario. Nothing is run.
 *
 * @param output default: standard output
 */
export async function writeScenario(files: readonly string[], output = '-'): Promise<void> {
  const file = onlyDocument(files, '--to-scenario')
  const [{ readDocument }, { typedIn }, { planWalk }, { toScenario }] = await Promise.all([
    import('../../walkthrough/document/read-document.ts'),
    import('../../walkthrough/typed/typed-in.ts'),
    import('../../walkthrough/plan/plan-walk.ts'),
    import('../../walkthrough/to-scenario/to-scenario.ts'),
  ])
  const document = readDocument(documentText(file), shownPath(file))
  const typed = typedIn(document)
  if (typed.commands.length === 0) {
    throw new UsageError(`no command was found in ${shownPath(file)}`, {
      code: 'TNET_WALK_EMPTY',
      hint: 'put commands into fenced blocks; tnet-lab walk says what it takes each block for',
    })
  }
  writeOutput(toScenario(planWalk(document, typed), document), output)
  if (output !== '-') process.stderr.write(`wrote ${output}; tnet-lab run ${output} runs it\n`)
}
