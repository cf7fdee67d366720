// dist/runner/worker.cjs: what a sandbox runs. The code that every start needs comes from V8's code
// cache, which scripts/build.mjs has it write (`--write-cache`): compiling it is a thirtieth of a
// whole start. V8 itself refuses a cache of another version, and then compiles as ever.
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const vm = require('node:vm')

const file = path.join(__dirname, '..', 'chunks', 'lab-start.cjs')
const cacheFile = `${file}.cache`

function cache() {
  try {
    return fs.readFileSync(cacheFile)
  } catch {
    return undefined // built without one
  }
}

/** As `require` would, with a script of our own in between. */
function loadStart(cachedData) {
  const wrapped = Module.wrap(fs.readFileSync(file, 'utf8'))
  const script = new vm.Script(wrapped, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const start = new Module(file, module)
  start.filename = file
  require.cache[file] = start
  const run = script.runInThisContext()
  run.call(
    start.exports,
    start.exports,
    Module.createRequire(file),
    start,
    file,
    path.dirname(file),
  )
  start.loaded = true
  return script
}

if (process.argv[2] === '--write-cache') {
  fs.writeFileSync(cacheFile, loadStart(undefined).createCachedData())
} else {
  const cachedData = cache()
  if (cachedData !== undefined) loadStart(cachedData)
  require('../lab.cjs').work()
}
