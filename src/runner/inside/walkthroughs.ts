import { EnvironmentError } from '../../errors.ts'
import { scenario } from '../../scenario/define.ts'
import type { Scenario, ScenarioOptions } from '../../scenario/scenario.ts'
import type { FrontMatter } from '../../walkthrough/document/front-matter.ts'
import type { WalkDocument } from '../../walkthrough/document/document.ts'
import { whoListens } from '../../walkthrough/walk-listener.ts'
import type { Walked } from '../../walkthrough/walk.ts'
import { shownPath } from '../shown-path.ts'
import { sourceBytes } from '../source-bytes.ts'

const HEADING_MS = 86_400_000

/** What keeps a walk that went well from being a pass. */
function refuse({ counts, doubt }: Walked, skip: (reason: string) => never): void {
  if (counts.found === 0) skip('no command was found in it')
  if (doubt === undefined) return
  if (!whoListens().settings.isStrict) skip(`not all of it can be judged here: ${doubt}`)
  throw new EnvironmentError(`not all of it can be judged here: ${doubt}`, {
    code: 'TNET_FEATURE_MISSING',
    hint: 'leave --strict away to skip it, or walk it on another kernel',
  })
}

function optionsOf({ timeout, tags, requires }: FrontMatter): ScenarioOptions {
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(tags === undefined ? {} : { tags }),
    // Checked when it runs: a name that there is not is said there.
    ...(requires === undefined
      ? {}
      : { requires: requires as NonNullable<ScenarioOptions['requires']> }),
  }
}

/** A document as a scenario. */
export async function walkthroughOf(file: string): Promise<Scenario> {
  const [{ readDocument }, { walk }] = await Promise.all([
    import('../../walkthrough/document/read-document.ts'),
    import('../../walkthrough/walk.ts'),
  ])
  const document: WalkDocument = readDocument(sourceBytes(file).toString('utf8'), shownPath(file))
  return scenario(document.title, optionsOf(document.frontMatter), async ({ lab, step, skip }) => {
    const walked = await walk(document, {
      lab,
      // `--step-timeout` is about a command, and a heading may have many.
      step: (name, part) => step(name, part, { timeoutMs: HEADING_MS }),
    })
    refuse(walked, skip)
  })
}
