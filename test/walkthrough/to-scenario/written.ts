import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { planWalk } from '../../../src/walkthrough/plan/plan-walk.ts'
import { toScenario } from '../../../src/walkthrough/to-scenario/to-scenario.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'
import { compilerSays } from '../../scenario/compiler.ts'

/** The scenario out of a document's text. */
export function scenarioOf(text: string, file = 'walkthrough.md'): string {
  const document = readDocument(text, file)
  return toScenario(planWalk(document, typedIn(document)), document)
}

/** The lines of a scenario's body, without indentation; what it is made of stands above. */
export function bodyOf(scenario: string): string[] {
  return scenario
    .slice(scenario.indexOf('export default'))
    .split('\n')
    .slice(1)
    .map(line => line.trim())
    .filter(line => line !== '' && line !== '})')
}

/** What the compiler says of scenarios, all in one run. */
export function typeErrorsOf(scenarios: readonly string[]): string {
  const files = scenarios.map((text, i) => [`scenario-${i}.mts`, text] as const)
  // Others work on the sources meanwhile.
  return compilerSays(new Map(files))
    .filter(line => line.startsWith('scenario-') || line.includes('tsconfig.json'))
    .join('\n')
}

/** A document of these lines, typed after a prompt. */
export const document = (...lines: string[]): string =>
  `# Title\n\n\`\`\`console\n${lines.join('\n')}\n\`\`\`\n`

/** What stands in the script's last step. */
export function stepOf(text: string): string[] {
  const body = bodyOf(scenarioOf(text))
  return body.slice(body.findIndex(line => line.startsWith('await step(')) + 1)
}
