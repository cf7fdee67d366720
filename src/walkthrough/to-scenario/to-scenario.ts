import stringWidth from 'string-width'
import type { WalkDocument } from '../document/document.ts'
import type { PartPlan, WalkPlan } from '../plan/walk-plan.ts'
import { withWholeBridges } from './bridges.ts'
import { broken, WIDEST } from './code/broken.ts'
import { commentText, stringLiteral } from './code/literal.ts'
import { Scope } from './code/scope.ts'
import { NodeSymbol } from './code/symbols.ts'
import { cut } from './groups.ts'
import { PartScript, type ScriptStep } from './part-script.ts'
import { setUpLines } from './set-up.ts'

const WIDEST_TITLE = 44
const MOST_GUESSES = 12

const indented = (lines: readonly string[], depth: number) =>
  lines.map(line => (line === '' ? '' : '  '.repeat(depth) + line))

interface WrittenPart {
  title: string
  lines: string[]
  hasSteps: boolean
}

/** Containers whose making is all that a step has, and what it is called. */
function emptied(steps: readonly ScriptStep[], part: PartPlan, script: PartScript) {
  const above = new Map<NodeSymbol, string>()
  const [first] = script.world.containers
  const empty = steps.find(({ statements }) => statements.length === 0)
  if (first !== undefined && empty !== undefined && part.steps.length > 0)
    above.set(first, empty.title)
  return above
}

function stepLines({ title, statements }: ScriptStep, script: PartScript): string[] {
  const lines = new Scope(statements, script.world.names).lines()
  if (statements.every(({ type }) => type === 'comment')) return lines
  return [`await step(${stringLiteral(title)}, async () => {`, ...indented(lines, 1), '})']
}

function writtenPart(plan: WalkPlan, given: PartPlan): WrittenPart {
  // A name is one machine's.
  const hosts = [...new Map(given.hosts.map(host => [host.name, host])).values()]
  const part = { ...given, hosts }
  const script = new PartScript(part)
  const all = script.steps()
  const steps = all
    .filter(({ statements }) => statements.length > 0)
    .map(step => ({ ...step, statements: withWholeBridges(step.statements) }))
  const used = new Set<NodeSymbol>()
  for (const statement of steps.flatMap(({ statements }) => statements)) {
    if (statement.type === 'comment') continue
    for (const use of statement.parts) {
      if (use instanceof NodeSymbol) used.add(use)
      else if (typeof use !== 'string') used.add(use.node)
    }
  }
  const above = emptied(all, part, script)
  const { world } = script
  const setUp = setUpLines({ world, part, plan, used, above })
  const constants = world.outside.map(
    ({ variable, address, names }) =>
      `const ${variable} = ${stringLiteral(address)}${names.length === 0 ? '' : ` // ${commentText(names.join(', '))}`}`,
  )
  const blocks = [[...constants, ...setUp], ...steps.map(step => stepLines(step, script))]
  const lines = blocks
    .filter(block => block.length > 0)
    .flatMap((block, i) => (i === 0 ? block : ['', ...block]))
  const hasSteps = lines.some(line => line.startsWith('await step('))
  return { title: all[0]?.title ?? '', lines, hasSteps }
}

/** What a reader said at the head of the document, as far as a scenario has it as well. */
function optionsOf({ frontMatter: { tags, requires, timeout } }: WalkDocument): string {
  const list = (words: readonly string[]) => `[${words.map(stringLiteral).join(', ')}]`
  const entries = [
    ...(tags === undefined ? [] : [`tags: ${list(tags)}`]),
    ...(requires === undefined ? [] : [`requires: ${list(requires)}`]),
    ...(timeout === undefined ? [] : [`timeoutMs: ${timeout * 1000}`]),
  ]
  return entries.length === 0 ? '' : `{ ${entries.join(', ')} }`
}

/** `scenario('title', async ({ lab, step }) => {`, within the width of a line. */
function opening(
  { before, title, options }: { before: string; title: string; options: string },
  hasSteps: boolean,
): string[] {
  const said = `${before}scenario(${stringLiteral(title)}${options === '' ? '' : `, ${options}`}`
  const given = hasSteps ? '{ lab, step }' : '{ lab }'
  const line = `${said}, async (${given}) => {`
  if (stringWidth(line) <= WIDEST) return [line]
  return [`${said}, async context => {`, `  const ${given} = context`]
}

/** Words of the document for a shell: `` host.$`…` ``, `host.spawn('bash', …)`. */
const TYPED = /\.(?:\$[`(]|spawn\()/

function head(plan: WalkPlan, document: WalkDocument, isTyped: boolean): string[] {
  const said = [
    `From ${document.file}; lines that comments name are its own.`,
    ...(isTyped
      ? ['Read what it types before you run it: a walk keeps files apart, a scenario does not.']
      : []),
    ...document.remarks.map(text => `Of the file: ${text}.`),
    ...(plan.guesses.length === 0
      ? []
      : ['', 'Taken for granted, as the document does not say it:']),
    ...plan.guesses.slice(0, MOST_GUESSES).map(({ text, why }) => `- ${text}: ${why}`),
    ...(plan.guesses.length > MOST_GUESSES
      ? [`- and ${plan.guesses.length - MOST_GUESSES} more`]
      : []),
    ...(plan.leftAlone.length === 0 ? [] : ['', 'Left alone:']),
    ...plan.leftAlone.map(({ line, what }) => `- line ${line}: ${what}`),
  ]
  return ['/**', ...said.map(text => (text === '' ? ' *' : ` * ${commentText(text)}`)), ' */']
}

/**
 * Writes a typed scenario that does what a document says, to start from. What the lab has a word for is
 * said in it, what pings and listings show is expected; all else is typed into the node's own shell, and
 * what cannot be is a comment.
 */
export function toScenario(plan: WalkPlan, document: WalkDocument): string {
  const parts = plan.parts.map(part => writtenPart(plan, part))
  const isOne = parts.length === 1
  const body = parts.flatMap(({ title, lines, hasSteps }) => {
    const whole = plan.title.replace(/\.(?:md|markdown)$/i, '')
    const name = isOne || title === '' ? whole : `${whole}: ${title}`
    const before = isOne ? 'export default ' : ''
    const [first = '', ...rest] = opening(
      {
        before,
        title: cut(name.replace(/\s+/g, ' ').trim(), WIDEST_TITLE),
        options: optionsOf(document),
      },
      hasSteps,
    )
    return [first, ...rest, ...indented(lines, 1), isOne ? '})' : '}),']
  })
  const whole = isOne ? body : ['export default [', ...indented(body, 1), ']']
  const scenarios = whole.flatMap(broken)
  const used = scenarios.some(line => line.includes('expect(')) ? 'expect, scenario' : 'scenario'
  const isTyped = scenarios.some(line => TYPED.test(line))
  return [
    ...head(plan, document, isTyped),
    `import { ${used} } from 'tnet-lab'`,
    '',
    ...scenarios,
    '',
  ].join('\n')
}
