import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readDocument } from '../../../src/walkthrough/document/read-document.ts'
import { planWalk } from '../../../src/walkthrough/plan/plan-walk.ts'
import { toScenario } from '../../../src/walkthrough/to-scenario/to-scenario.ts'
import { typedIn } from '../../../src/walkthrough/typed/typed-in.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

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
export function compilerSays(scenarios: readonly string[]): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-scenarios-'))
  try {
    for (const [i, text] of scenarios.entries()) {
      fs.writeFileSync(path.join(folder, `scenario-${i}.mts`), text)
    }
    const config = {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { 'tnet-lab': [path.join(root, 'src/index.ts')] },
        typeRoots: [path.join(root, 'node_modules/@types')],
      },
      include: ['*.mts'],
    }
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
    // Without tap's own NODE_OPTIONS, which the compiler's start does not get on with.
    const command = ['-u', 'NODE_OPTIONS', process.execPath, tsc, '-p', '.', '--pretty', 'false']
    const { stdout } = spawnSync('env', command, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
    })
    // Others work on the sources meanwhile.
    return stdout
      .split('\n')
      .filter(line => line.startsWith('scenario-') || line.includes('tsconfig.json'))
      .join('\n')
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

/** A document of these lines, typed after a prompt. */
export const document = (...lines: string[]): string =>
  `# Title\n\n\`\`\`console\n${lines.join('\n')}\n\`\`\`\n`

/** What stands in the script's last step. */
export function stepOf(text: string): string[] {
  const body = bodyOf(scenarioOf(text))
  return body.slice(body.findIndex(line => line.startsWith('await step(')) + 1)
}
