import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { convertWorkflowTemplate } from '@actions/workflow-parser'
import { convertActionTemplate, parseAction } from '@actions/workflow-parser/actions/index'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { workflow } from '../src/cli/init/workflow.ts'
import { actionFile, type Step } from './action-step.ts'

t.setTimeout(600_000)

const read = (file: string) => fs.readFileSync(file, 'utf8')
const ci = '.github/workflows/ci.yml'

/** What GitHub's own parser finds wrong with a workflow: its schema, its expressions. */
async function wrongInWorkflow(content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: 'w.yml', content }, new NoOperationTraceWriter())
  if (value !== undefined) await convertWorkflowTemplate(context, value)
  return context.errors.getErrors().map(error => error.message)
}

function wrongInAction(content: string): string[] {
  const { context, value } = parseAction({ name: 'a.yml', content }, new NoOperationTraceWriter())
  if (value !== undefined) convertActionTemplate(context, value)
  return context.errors.getErrors().map(error => error.message)
}

const workflows = {
  [ci]: read(ci),
  'what init writes, npm': workflow({ add: '', install: 'npm ci', cache: 'npm', run: 'npx' }),
  'what init writes, pnpm': workflow({
    add: '',
    install: 'corepack enable && pnpm install --frozen-lockfile',
    run: 'pnpm exec',
  }),
}

t.test('GitHub’s own parser finds nothing wrong', async t => {
  for (const [name, content] of Object.entries(workflows)) {
    t.strictSame(await wrongInWorkflow(content), [], name)
  }
  t.strictSame(wrongInAction(read('action.yml')), [], 'action.yml')
})

t.test('and it would find what is wrong', async t => {
  const unknown = read(ci).replace('matrix.shard', 'matri.shard')
  t.match((await wrongInWorkflow(unknown)).join(), /matri/)
  t.not((await wrongInWorkflow(read(ci).replace('runs-on:', 'run-on:'))).length, 0)
  const action = read('action.yml')
  t.match(wrongInAction(action.replace('inputs.upload ', 'input.upload ')).join(), /input/)
  t.not(wrongInAction(action.replace('shell: bash', 'shel: bash')).length, 0)
})

t.test('inputs are declared, used, and never a part of a script', t => {
  const { inputs, outputs, runs } = actionFile()
  const text = read('action.yml')
  const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name = '']) => name)
  t.strictSame([...new Set(used)].sort(), Object.keys(inputs).sort())
  const scripts = runs.steps.flatMap(({ run }) => run ?? [])
  t.equal(scripts.length, 2)
  for (const script of scripts) t.notMatch(script, '${{')
  for (const { value } of Object.values(outputs)) {
    const [, step, name] = /steps\.(\w+)\.outputs\.([\w-]+)/.exec(value) ?? []
    if (step === 'run') t.match(scripts[1], new RegExp(`"${name}=|"${name}"`), value)
  }
  t.end()
})

t.test('the workflow gives the action what it takes', t => {
  const { inputs, outputs } = actionFile()
  const { jobs } = parse(read(ci)) as { jobs: { action: { steps: Step[] } } }
  const step = jobs.action.steps.find(({ uses }) => uses === './')
  t.equal(step?.id, 'scenarios')
  for (const name of Object.keys(step?.with ?? {})) t.ok(name in inputs, name)
  const read_ = [...read(ci).matchAll(/steps\.scenarios\.outputs\.([\w-]+)/g)]
  t.not(read_.length, 0)
  for (const [, name = ''] of read_) t.ok(name in outputs, name)
  t.end()
})

interface Script {
  where: string
  text: string
}

/** Every script of the action and of the workflows. */
function scripts(): Script[] {
  const ofSteps = (where: string, steps: readonly Step[]) =>
    steps.flatMap(({ run, env = {} }, n) => {
      if (run === undefined) return []
      // An expression is text by the time that bash sees it.
      const script = run.replaceAll(/\$\{\{.*?\}\}/g, 'word')
      const given = Object.keys(env).map(name => `export ${name}=''\n`)
      return [
        { where: `${where} step ${n + 1}`, text: `set -eo pipefail\n${given.join('')}${script}` },
      ]
    })
  const ofWorkflow = ([name, text]: [string, string]) => {
    const { jobs } = parse(text) as { jobs: Record<string, { steps: Step[] }> }
    return Object.entries(jobs).flatMap(([job, { steps }]) => ofSteps(`${name} ${job}`, steps))
  }
  return [
    ...ofSteps('action.yml', actionFile().runs.steps),
    ...Object.entries(workflows).flatMap(ofWorkflow),
  ]
}

t.test('scripts are bash, and shellcheck agrees', t => {
  const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0
  for (const { where, text } of scripts()) {
    const { stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
    t.equal(stderr, '', where)
    if (!hasShellcheck) continue
    const options = { input: text, encoding: 'utf8' } as const
    t.equal(spawnSync('shellcheck', ['--shell=bash', '-'], options).stdout, '', where)
  }
  if (!hasShellcheck) t.comment('shellcheck is not here: apt-get install -y shellcheck')
  t.end()
})
