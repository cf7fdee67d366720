// dist/runner/worker.cjs: what a sandbox runs. The code that every start needs, that of networks, and
// that of walks comes from V8's code cache, which scripts/build.mjs has it write (`--write-cache`):
// compiling it is a thirtieth of a whole start. V8 itself refuses a cache of another version, and then
// compiles as ever.
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const v8 = require('node:v8')
const vm = require('node:vm')

const chunks = path.join(__dirname, '..', 'chunks')
const cached = ['lab-start.cjs', 'lab-networks.cjs', 'lab-walks.cjs'].map(name =>
  path.join(chunks, name),
)

function compile(file, cachedData) {
  return new vm.Script(Module.wrap(fs.readFileSync(file, 'utf8')), {
    // A cache keeps the name that it was written under, wherever it is used later.
    filename: `tnet-lab:${path.basename(file)}`,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
}

function cacheOf(file) {
  try {
    return fs.readFileSync(`${file}.cache`)
  } catch {
    return undefined // built without one
  }
}

/** Every function of it, also those that are not called while it is loaded. */
function writeCache(file) {
  v8.setFlagsFromString('--no-lazy')
  const script = compile(file)
  // The flags that V8 has by now are in the cache, and have to be those of whoever reads it.
  v8.setFlagsFromString('--lazy')
  fs.writeFileSync(`${file}.cache`, script.createCachedData())
}

/** As `require` does it, with a script of our own in between. */
Module._extensions['.cjs'] = (module, file) => {
  const cachedData = cached.includes(file) ? cacheOf(file) : undefined
  if (cachedData === undefined) return Module._extensions['.js'](module, file)
  const run = compile(file, cachedData).runInThisContext()
  const { exports } = module
  run.call(exports, exports, Module.createRequire(file), module, file, path.dirname(file))
}

if (process.argv[2] === '--write-cache') cached.forEach(writeCache)
else require('../lab.cjs').work()
