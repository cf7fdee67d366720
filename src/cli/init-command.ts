import fs from 'node:fs'
import path from 'node:path'
import { UsageError } from '../errors.ts'
import { shellWord } from '../names.ts'
import { toolVersion } from '../runner/tool-version.ts'
import { parseCommand } from './arguments.ts'
import { SCRIPT } from './init/package-file.ts'
import { packageManager, type PackageManager } from './init/package-manager.ts'
import { Project, type Outcome } from './init/project.ts'
import { config, firstScenario, tsconfig } from './init/templates.ts'
import { workflow } from './init/workflow.ts'

const initHelp = `Usage: tnet-lab init [DIR] [options]

Writes what a project needs to have scenarios, into DIR or here:

  scenarios/two-containers.ts      a first scenario, which passes
  tnet-lab.config.ts               what "tnet-lab run" does by itself
  tsconfig.json                    types, for your editor and tsc
  .github/workflows/tnet-lab.yml   the same on GitHub, with reports
  package.json                     a script "${SCRIPT}", if there is the file
  .gitignore                       the folder of reports, if there is git

What is there already stays, and is named.

Options:
      --force  write over the first three, and the workflow; tsconfig.json,
               package.json and .gitignore are added to at most
  -h, --help   print this

Examples:
  npx tnet-lab init
  npx tnet-lab init packages/network
`

const REPORTS = 'tnet-lab-report/'
const SCENARIOS = 'scenarios'
const TSCONFIG_ADVICE =
  'to its "include" add "scenarios" and "tnet-lab.config.ts", to its "lib" "esnext.disposable"'

function isTypeChecked(tsconfigText: string): boolean {
  return tsconfigText.includes(SCENARIOS) && /esnext/i.test(tsconfigText)
}

/** Nobody who has scenarios needs a first one. */
function writeScenario(project: Project): Outcome {
  const there = project.list(SCENARIOS).filter(name => /\.[cm]?[jt]s$/.test(name))
  const others = there.map(name => `${SCENARIOS}/${name}`)
  return project.create(`${SCENARIOS}/two-containers.ts`, firstScenario, others)
}

function write(project: Project, manager: PackageManager): Outcome[] {
  const configs = ['ts', 'mts', 'js', 'mjs'].map(kind => `tnet-lab.config.${kind}`)
  const outcomes = [
    writeScenario(project),
    project.create('tnet-lab.config.ts', config, configs),
    project.createOnce('tsconfig.json', tsconfig, text =>
      isTypeChecked(text) ? 'it is there already' : TSCONFIG_ADVICE,
    ),
    project.create('.github/workflows/tnet-lab.yml', workflow(manager)),
    project.addScript(),
    project.has('.git') || project.has('.gitignore')
      ? project.addLine('.gitignore', REPORTS)
      : undefined,
  ]
  return outcomes.filter(outcome => outcome !== undefined)
}

/** The work tree that the folder is a part of, when it is not the whole. */
function treeAbove(folder: string): string | undefined {
  const whole = path.resolve(folder)
  if (fs.existsSync(path.join(whole, '.git'))) return undefined
  for (let above = path.dirname(whole); ; above = path.dirname(above)) {
    if (fs.existsSync(path.join(above, '.git'))) return above
    if (above === path.dirname(above)) return undefined
  }
}

function nextSteps(project: Project, manager: PackageManager): string[] {
  const { folder } = project
  const hasPackage = project.has('package.json')
  const missing = ['tnet-lab', 'typescript', '@types/node'].filter(
    name => !project.packages.includes(name),
  )
  const steps = [
    ...(path.resolve(folder) === process.cwd() ? [] : [`cd ${shellWord(folder)}`]),
    ...(hasPackage ? [] : ['npm init --yes']),
    ...(missing.length === 0 ? [] : [`${manager.add} ${missing.join(' ')}`]),
    `${manager.run} tnet-lab run`,
  ]
  const above = treeAbove(folder)
  if (above === undefined) return steps
  const from = path.relative(process.cwd(), above) || '.'
  return [
    ...steps,
    `# GitHub reads workflows in ${from}/.github/workflows alone: move tnet-lab.yml there,`,
    `# and give its job  defaults: { run: { working-directory: ${path.relative(above, path.resolve(folder))} } }`,
  ]
}

function told({ file, did, about }: Outcome): string {
  return about === undefined
    ? `${did.padEnd(5)}  ${file}\n`
    : `${did.padEnd(5)}  ${file}: ${about}\n`
}

/** @returns the exit code */
export async function initCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand('init', args, { force: { type: 'boolean' } })
  if (values.help === true) {
    process.stdout.write(initHelp)
    return 0
  }
  const [folder = '.', another] = positionals
  const isFile = fs.existsSync(folder) && !fs.statSync(folder).isDirectory()
  if (another !== undefined || isFile) {
    throw new UsageError(isFile ? `${folder} is no folder` : `init takes one folder`, {
      code: 'TNET_ARGUMENT_INVALID',
      hint: 'tnet-lab init, or tnet-lab init DIR; see tnet-lab init --help',
    })
  }
  const project = new Project(folder, values.force === true)
  const manager = packageManager(folder, toolVersion())
  process.stdout.write(write(project, manager).map(told).join(''))
  const steps = nextSteps(project, manager).map(step => `  ${step}\n`)
  process.stdout.write(`\nNext:\n${steps.join('')}`)
  return 0
}
