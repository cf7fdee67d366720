// Bundles src/ into dist/ and emits the declarations; `--no-types` leaves those out.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
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
import { build } from 'esbuild'

const root = new URL('..', import.meta.url).pathname
process.chdir(decodeURIComponent(root))

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const started = new Date()
const fresh = `dist.${process.pid}.tmp`
const stale = `dist.${process.pid}.old`

// CommonJS, because starting Node's ES module loader costs a tenth of a whole start, twice a run.
const cjs = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href" },
  // Nothing is minified, so a stack's positions read well without a map, and src/ is not shipped.
  sourcemap: false,
  logLevel: 'warning',
}

async function bundle() {
  // One bundle holds all that a scenario may touch, so that there is one instance of everything,
  // whether it is imported as a package or run by a worker.
  await build({ ...cjs, entryPoints: ['src/lab-bundle.ts'], outfile: `${fresh}/lab.cjs` })
  await build({
    ...cjs,
    entryPoints: ['src/cli/main.ts'],
    outfile: `${fresh}/cli/main.cjs`,
    // All but chalk: it is ESM only, and Node 20 warns when CommonJS requires that.
    packages: 'bundle',
    external: Object.keys(dependencies)
      .filter(name => name !== 'chalk')
      .flatMap(name => [name, `${name}/*`]),
    banner: { js: `#!/usr/bin/env node\n${cjs.banner.js}` },
  })
  mkdirSync(`${fresh}/runner`, { recursive: true })
  writeFileSync(`${fresh}/runner/worker.cjs`, "require('../lab.cjs').work()\n")
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
  await bundle()
  if (!process.argv.includes('--no-types')) declare()
  chmodSync(`${fresh}/cli/main.cjs`, 0o755)
  swap()
} catch (error) {
  // esbuild and tsc have printed their own words.
  console.error(`build: ${error.message.split('\n')[0]}; dist/ is as it was`)
  process.exitCode = 1
} finally {
  for (const folder of [fresh, stale]) rmSync(folder, { recursive: true, force: true })
}
