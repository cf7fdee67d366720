import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/** A step of action.yml or of a workflow, as far as tests look at it. */
export interface Step {
  id?: string
  name?: string
  uses?: string
  run?: string
  env?: Record<string, string>
  with?: Record<string, unknown>
}

export interface ActionFile {
  inputs: Record<string, { default: string }>
  outputs: Record<string, { value: string }>
  runs: { steps: Step[] }
}

export function actionFile(): ActionFile {
  return parse(fs.readFileSync('action.yml', 'utf8')) as ActionFile
}

export interface StepOptions {
  folder: string
  /** Inputs of the action; the others have their defaults. */
  inputs?: Record<string, string>
  env?: NodeJS.ProcessEnv
}

/** Runs the text of a step of action.yml as GitHub's runner does, in a folder. */
export function runStep(name: string, { folder, inputs = {}, env = {} }: StepOptions) {
  const { inputs: declared, runs } = actionFile()
  const step = runs.steps.find(step => step.name === name)
  if (step?.run === undefined) throw new Error(`action.yml has no step "${name}"`)
  const given = Object.entries(step.env ?? {}).map(([variable, expression]) => {
    const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? []
    return [variable, inputs[input] ?? declared[input]?.default ?? ''] as const
  })
  const script = path.join(folder, '.step.sh')
  const output = path.join(folder, '.output')
  fs.writeFileSync(script, step.run)
  fs.writeFileSync(output, '')
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', script],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        RUNNER_TEMP: folder,
        ...Object.fromEntries(given),
        GITHUB_OUTPUT: output,
        ...env,
      },
    },
  )
  const lines = fs.readFileSync(output, 'utf8').split('\n').filter(Boolean)
  const outputs = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return { status, said: stdout + stderr, outputs }
}
