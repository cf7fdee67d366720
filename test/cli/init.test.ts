import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ended, scratch, start } from './command-line.ts'

t.setTimeout(600_000)

type Test = { teardown: (undo: () => void) => void }

const init = (cwd: string, ...args: string[]) => ended(start(['init', ...args], { cwd }))
const read = (folder: string, file: string) => fs.readFileSync(path.join(folder, file), 'utf8')

function project(t: Test, files: Record<string, string> = {}): string {
  const folder = scratch(t)
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  return folder
}

/** Every file in a folder and its text. */
function contents(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter(name => fs.statSync(path.join(folder, name)).isFile())
  return Object.fromEntries(files.map(name => [name, read(folder, name)]))
}

function run(file: string, args: readonly string[], cwd: string) {
  const options = { cwd, encoding: 'utf8', timeout: 120_000 } as const
  const plain = ['-u', 'NODE_OPTIONS', file, ...args]
  const { status, stdout, stderr } = spawnSync('/usr/bin/env', plain, options)
  return { status, said: stdout + stderr }
}

const repository = process.cwd()
const typescript = path.join(repository, 'node_modules/typescript/bin/tsc')

/** This package as npm installs it, in a folder's node_modules, and what it depends on. */
function install(folder: string): void {
  const modules = path.join(folder, 'node_modules')
  for (const name of ['package.json', 'dist', 'scenarios']) {
    const target = path.join(modules, 'tnet-lab', name)
    fs.cpSync(path.join(repository, name), target, { recursive: true })
  }
  for (const name of fs.readdirSync(path.join(repository, 'node_modules'))) {
    const target = path.join(repository, 'node_modules', name)
    if (!name.startsWith('.')) fs.symlinkSync(target, path.join(modules, name))
  }
  // The build that tests run on leaves the declarations out.
  const declarations = [
    '-p',
    'tsconfig.build.json',
    '--outDir',
    path.join(modules, 'tnet-lab/dist'),
  ]
  run(process.execPath, [typescript, ...declarations], repository)
}

const WRITTEN = [
  '.github/workflows/tnet-lab.yml',
  'scenarios/two-containers.ts',
  'tnet-lab.config.ts',
  'tsconfig.json',
]

t.test('what it writes passes as it is: tsc, and a run', async t => {
  const folder = project(t, { 'package.json': '{\n  "name": "theirs"\n}\n' })
  install(folder)
  const cli = path.join(folder, 'node_modules/tnet-lab/dist/cli/main.cjs')
  const written = run(process.execPath, [cli, 'init'], folder)
  t.equal(written.status, 0, written.said)
  const checked = run(process.execPath, [typescript, '--noEmit', '-p', '.'], folder)
  t.match(checked, { status: 0, said: '' })
  const ran = run(process.execPath, [cli, 'run'], folder)
  t.match(ran, { status: 0, said: /1 passed, 0 failed/ })
  t.ok(fs.existsSync(path.join(folder, 'tnet-lab-report/index.html')))

  // Both of these are real checks: a mistake is one.
  fs.appendFileSync(path.join(folder, 'scenarios/two-containers.ts'), 'expect(1).toPing(2)\n')
  t.not(run(process.execPath, [typescript, '--noEmit', '-p', '.'], folder).status, 0)
  t.not(run(process.execPath, [cli, 'run'], folder).status, 0)
})

t.test('a folder without package.json gets all but the script', async t => {
  const folder = project(t)
  const { stdout, exitCode } = await init(folder)
  t.equal(exitCode, 0)
  t.strictSame(Object.keys(contents(folder)), WRITTEN)
  for (const file of WRITTEN) t.match(stdout, `wrote  ${file}\n`)
  t.match(stdout, /\nNext:\n {2}npm init --yes\n {2}npm install --save-dev tnet-lab typescript /)
  t.match(read(folder, '.github/workflows/tnet-lab.yml'), /run: npm install --no-save tnet-lab@\d/)
})

t.test('a folder that is not there yet is made', async t => {
  const folder = project(t)
  const { stdout } = await init(folder, 'packages/network')
  t.strictSame(Object.keys(contents(path.join(folder, 'packages/network'))), WRITTEN)
  t.match(stdout, '\n  cd packages/network\n')
  t.match((await init(folder, 'with space')).stdout, "\n  cd 'with space'\n")
})

t.test('a second time it writes nothing, says so, and --force writes its own anew', async t => {
  const folder = project(t, { 'package.json': '{}' })
  await init(folder)
  const first = contents(folder)
  const mine = {
    'scenarios/two-containers.ts': 'mine\n',
    'tnet-lab.config.ts': 'mine\n',
    'tsconfig.json': '{ "include": ["scenarios"], "compilerOptions": { "lib": ["ESNext"] } }\n',
    '.github/workflows/tnet-lab.yml': 'mine\n',
  }
  for (const [name, text] of Object.entries(mine)) fs.writeFileSync(path.join(folder, name), text)
  const { stdout, exitCode } = await init(folder)
  t.equal(exitCode, 0)
  t.strictSame(contents(folder), { ...first, ...mine })
  for (const file of Object.keys(mine)) t.match(stdout, `kept   ${file}: it is there already`)
  t.match(stdout, 'kept   package.json: it has a script "test:net" already: tnet-lab run\n')
  t.notMatch(stdout, /^(wrote|added)/m)

  await init(folder, '--force')
  t.strictSame(contents(folder), { ...first, 'tsconfig.json': mine['tsconfig.json'] })
})

t.test('scenarios and a config under other names are theirs, too', async t => {
  const theirs = {
    'scenarios/own.mts': 'export {}\n',
    'tnet-lab.config.mjs': 'export default {}\n',
  }
  const folder = project(t, theirs)
  const { stdout } = await init(folder)
  t.match(stdout, 'kept   scenarios/own.mts: it is there already')
  t.match(stdout, 'kept   tnet-lab.config.mjs: it is there already')
  t.strictSame(Object.keys(contents(folder)).sort(), [
    '.github/workflows/tnet-lab.yml',
    'scenarios/own.mts',
    'tnet-lab.config.mjs',
    'tsconfig.json',
  ])
})

t.test('a tsconfig stays, and what it lacks is said', async t => {
  const folder = project(t, { 'tsconfig.json': '{ "include": ["src"] } // mine\n' })
  const { stdout } = await init(folder, '--force')
  t.match(
    stdout,
    /^kept {3}tsconfig\.json: to its "include" add "scenarios" .* "esnext\.disposable"$/m,
  )
  t.equal(read(folder, 'tsconfig.json'), '{ "include": ["src"] } // mine\n')
})

t.test('package.json gets the script, and keeps its form', async t => {
  const forms: [form: string, before: string, after: string][] = [
    [
      'tabs, no line end',
      '{\n\t"name": "a",\n\t"scripts": {\n\t\t"test": "tap"\n\t}\n}',
      '{\n\t"name": "a",\n\t"scripts": {\n\t\t"test": "tap",\n\t\t"test:net": "tnet-lab run"\n\t}\n}',
    ],
    [
      'four spaces, a byte order mark, CRLF',
      '\uFEFF{\r\n    "name": "日本語"\r\n}\r\n',
      '\uFEFF{\r\n    "name": "日本語",\r\n    "scripts": {\r\n        "test:net": "tnet-lab run"\r\n    }\r\n}\r\n',
    ],
  ]
  for (const [form, before, after] of forms) {
    const folder = project(t, { 'package.json': before })
    const { stdout } = await init(folder)
    t.match(stdout, 'added  package.json: "test:net": "tnet-lab run"\n')
    t.equal(read(folder, 'package.json'), after, form)
  }
})

t.test('a package.json that is no JSON, or has the script, stays as it is', async t => {
  const cases: [text: string, says: RegExp][] = [
    ['{ oh no', /^kept {3}package\.json: it is not JSON; .*"test:net": "tnet-lab run"$/m],
    ['[]', /^kept {3}package\.json: it is not JSON/m],
    ['{"scripts":{"test:net":"own"}}', /^kept {3}package\.json: .*already: own$/m],
  ]
  for (const [text, says] of cases) {
    const folder = project(t, { 'package.json': text })
    const { stdout, exitCode } = await init(folder, '--force')
    t.match(stdout, says)
    t.equal(exitCode, 0)
    t.equal(read(folder, 'package.json'), text)
  }
})

t.test('it goes by the lock file that is there', async t => {
  const cases = [
    {
      lock: 'package-lock.json',
      next: 'npm install --save-dev',
      workflow: /cache: npm\n.*npm ci\n/,
    },
    { lock: 'pnpm-lock.yaml', next: 'pnpm add --save-dev', workflow: /pnpm exec tnet-lab run/ },
    { lock: 'yarn.lock', next: 'yarn add --dev', workflow: /yarn tnet-lab run/ },
  ]
  for (const { lock, next, workflow } of cases) {
    const has = { devDependencies: { typescript: '*', '@types/node': '*' } }
    const folder = project(t, { 'package.json': JSON.stringify(has), [lock]: '' })
    const { stdout } = await init(folder)
    t.match(stdout, `\n  ${next} tnet-lab\n`, 'names what is missing alone')
    t.match(read(folder, '.github/workflows/tnet-lab.yml'), workflow, lock)
  }
})

t.test('git keeps the reports out, and GitHub reads workflows at the top alone', async t => {
  const folder = project(t, { '.git/HEAD': '', '.gitignore': 'dist/' })
  t.match((await init(folder)).stdout, 'added  .gitignore: tnet-lab-report/\n')
  t.equal(read(folder, '.gitignore'), 'dist/\ntnet-lab-report/\n')
  t.match((await init(folder)).stdout, 'kept   .gitignore: it has tnet-lab-report/ already\n')
  t.equal(read(folder, '.gitignore'), 'dist/\ntnet-lab-report/\n')
  const { stdout } = await init(folder, 'packages/net')
  t.match(stdout, /# GitHub reads workflows in \.\/\.github\/workflows alone.*\n.*: packages\/net /)
  t.notMatch((await init(folder)).stdout, 'GitHub reads')
})

t.test('misuse and a place where nothing can be written are named', async t => {
  const folder = project(t, { file: '', scenarios: 'a file' })
  t.match(await init(folder, 'a', 'b'), { exitCode: 2, stderr: /TNET_ARGUMENT_INVALID/ })
  t.match(await init(folder, 'file'), { exitCode: 2, stderr: /file is no folder/ })
  t.match(await init(folder, '/dev/null/no'), {
    exitCode: 4,
    stderr: /TNET_INIT_UNWRITABLE: could not/,
  })
  t.match(await init(folder), { exitCode: 4, stderr: /TNET_INIT_UNWRITABLE: .*scenarios/ })
  t.match(await init(folder, '--help'), { exitCode: 0, stdout: /^Usage: tnet-lab init \[DIR\]/ })
})
