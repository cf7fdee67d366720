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

/** What most networks need, and with them all that those import. */
const networks = ['src/lab/lab-networks.ts', 'src/network/drivers/vxlan.ts'].map(f => resolve(f))

/**
 * What is loaded when the entry point is, and what else when the first network is asked for; the
 * rest comes in when a script first uses it.
 */
async function loadedTogether(options) {
  const start = new Set()
  const forNetworks = new Set()
  const collect = {
    name: 'collect',
    buildEnd() {
      const visit = (ids, id) => {
        if (start.has(id) || ids.has(id)) return
        ids.add(id)
        for (const next of this.getModuleInfo(id)?.importedIds ?? []) visit(ids, next)
      }
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry) visit(start, id)
      for (const id of networks) visit(forNetworks, id)
    },
  }
  const build = await rolldown({ ...options, plugins: [collect] })
  await build.generate({ format: 'cjs' })
  await build.close()
  return { start, forNetworks }
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
  const { start, forNetworks } = await loadedTogether(options)
  const build = await rolldown(options)
  await build.write({
    dir: fresh,
    format: 'cjs',
    exports: 'named',
    comments: { jsdoc: false },
    entryFileNames: '[name].cjs',
    // One level below dist/, as cli/ and runner/ are: `new URL('../runner/worker.cjs',
    // import.meta.url)` means the same file from wherever the code ends up.
    chunkFileNames: ({ name: chunk }) =>
      /-(start|networks)$/.test(chunk) ? 'chunks/[name].cjs' : 'chunks/[name]-[hash].cjs',
    codeSplitting: {
      groups: [
        { name: `${name.replace('/', '-')}-start`, test: id => start.has(id) },
        { name: `${name.replace('/', '-')}-networks`, test: id => forNetworks.has(id) },
      ],
    },
  })
  await build.close()
}

async function bundleAll() {
  // The helper of what oxc lowers here; a scenario's own is looked up when it runs.
  const helpers = ['@oxc-project/runtime']
  // These are ESM only, and Node 20 warns when CommonJS requires that; Markdown is sixty files.
  const markdown = ['mdast-util-from-markdown', 'mdast-util-to-string']
  await bundle('lab', 'src/lab-bundle.ts', { bundled: [...helpers, ...markdown] })
  const modules = ['chalk', 'chokidar', 'string-width', ...markdown]
  await bundle('cli/main', 'src/cli/main.ts', { bundled: [...helpers, ...modules] })
  const main = `${fresh}/cli/main.cjs`
  writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`)
  mkdirSync(`${fresh}/runner`, { recursive: true })
  copyFileSync('scripts/worker.cjs', `${fresh}/runner/worker.cjs`)
  // V8 takes a cache only under the flags that it was made with: those of src/runner/spawn-sandbox.ts.
  const worker = ['--max-old-space-size=1024', `${fresh}/runner/worker.cjs`, '--write-cache']
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
