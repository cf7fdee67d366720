// Bundles src/ into dist/ and emits the declarations; `--no-types` leaves those out.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'

const root = new URL('..', import.meta.url).pathname
process.chdir(decodeURIComponent(root))

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const started = new Date()
const fresh = `dist.${process.pid}.tmp`
const stale = `dist.${process.pid}.old`

/**
 * What is loaded together once it is needed: what most networks need, and what a walk does; of the
 * command what a run does before there is a sandbox, and while that starts.
 */
const later = {
  lab: {
    networks: ['src/lab/lab-networks.ts', 'src/network/drivers/vxlan.ts'],
    walks: ['src/walkthrough/walk.ts', 'src/walkthrough/document/read-document.ts'],
  },
  'cli/main': {
    run: ['src/cli/run-command.ts', 'src/cli/walk-command.ts'],
    terminal: ['src/report/terminal/terminal-reporter.ts', 'src/runner/compile.ts'],
    walks: ['src/walkthrough/document/read-document.ts'],
  },
}

/**
 * What is loaded when the entry point is, and what else with the first of a group; the rest comes in
 * when somebody first uses it.
 */
async function loadedTogether(options, later) {
  const together = new Map([['start', new Set()]])
  const collect = {
    name: 'collect',
    buildEnd() {
      const visit = (name, id) => {
        if ([...together.values()].some(ids => ids.has(id))) return
        together.get(name).add(id)
        for (const next of this.getModuleInfo(id)?.importedIds ?? []) visit(name, next)
      }
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry) visit('start', id)
      for (const [name, files] of Object.entries(later)) {
        together.set(name, new Set())
        for (const file of files) visit(name, resolve(file))
      }
    },
  }
  const build = await rolldown({ ...options, plugins: [collect] })
  await build.generate({ format: 'cjs' })
  await build.close()
  return together
}

/**
 * One instance of every module, in few files: one that a start needs, and chunks for the rest.
 * CommonJS, because starting Node's ES module loader costs a tenth of a whole start, twice a run.
 * Nothing is minified, so a stack's positions read well without a map, and src/ is not shipped.
 */
async function bundle(name, entry, { bundled = [] } = {}) {
  const external = Object.keys(dependencies).filter(dependency => !bundled.includes(dependency))
  const options = {
    input: { [name]: entry },
    platform: 'node',
    external: id =>
      id.startsWith('node:') || external.some(d => id === d || id.startsWith(`${d}/`)),
    transform: { target: 'node20' },
    checks: { ineffectiveDynamicImport: false },
  }
  const together = await loadedTogether(options, later[name])
  const groups = [...together].map(([group, ids]) => ({
    name: `${name.replace('/', '-')}-${group}`,
    test: id => ids.has(id),
  }))
  const groupNames = groups.map(group => group.name)
  const build = await rolldown(options)
  await build.write({
    dir: fresh,
    format: 'cjs',
    exports: 'named',
    comments: { jsdoc: false },
    // What comes from V8's cache cannot import(): ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING.
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    // One level below dist/, as cli/ and runner/ are: `new URL('../runner/worker.cjs',
    // import.meta.url)` means the same file from wherever the code ends up.
    chunkFileNames: ({ name: chunk }) =>
      groupNames.includes(chunk) ? 'chunks/[name].cjs' : 'chunks/[name]-[hash].cjs',
    codeSplitting: { groups },
  })
  await build.close()
}

async function bundleAll() {
  // The helper of what oxc lowers here; a scenario's own is looked up when it runs.
  const helpers = ['@oxc-project/runtime']
  // These are ESM only, and Node 20 warns when CommonJS requires that; Markdown is sixty files.
  const markdown = ['mdast-util-from-markdown', 'mdast-util-to-string']
  // What every walk needs is in V8's cache then.
  const walks = [...markdown, 'dns-packet', 'shell-quote']
  await bundle('lab', 'src/lab-bundle.ts', { bundled: [...helpers, ...walks] })
  const modules = ['chalk', 'chokidar', 'string-width', ...markdown]
  await bundle('cli/main', 'src/cli/main.ts', { bundled: [...helpers, ...modules] })
  const main = `${fresh}/cli/main.cjs`
  writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`)
  mkdirSync(`${fresh}/runner`, { recursive: true })
  copyFileSync('scripts/worker.cjs', `${fresh}/runner/worker.cjs`)
  // V8 takes a cache only under the flags that it was made with: those of src/runner/spawn-sandbox.ts,
  // which test/runner/code-cache.test.ts compares.
  const flags = [
    '--max-old-space-size=1024',
    '--min-semi-space-size=32',
    '--max-semi-space-size=32',
    '--no-regexp-tier-up',
  ]
  const worker = [...flags, `${fresh}/runner/worker.cjs`, '--write-cache']
  spawnSync(process.execPath, worker, { stdio: 'inherit' })
  const names = Object.keys(createRequire(import.meta.url)(resolve(fresh, 'lab.cjs')))
  const exported = names.filter(name => name !== 'work')
  writeFileSync(`${fresh}/index.js`, `export { ${exported.join(', ')} } from './lab.cjs'\n`)
}

function declare() {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh]
  const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' })
  if (status !== 0) throw new Error('the declarations do not build')
}

function swap() {
  // Dated to the start, so that a file changed meanwhile counts as newer.
  utimesSync(`${fresh}/index.js`, started, started)
  if (existsSync('dist')) renameSync('dist', stale)
  renameSync(fresh, 'dist')
}

try {
  await bundleAll()
  if (!process.argv.includes('--no-types')) declare()
  chmodSync(`${fresh}/cli/main.cjs`, 0o755)
  swap()
} catch (error) {
  // rolldown and tsc have printed their own words.
  console.error(`build: ${error.message.split('\n')[0]}; dist/ is as it was`)
  process.exitCode = 1
} finally {
  for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true })
}
