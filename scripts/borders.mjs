// Imports go down the list of rooms, never up. Prints every one that does not; exit 1.
// Cycles between files are oxlint's work (import/no-cycle).
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const LEAVES = ['clock.ts', 'errors.ts', 'make-folder.ts', 'names.ts', 'poll.ts', 'undo.ts']

/** What each room may import of ours, apart from itself and the leaves. */
const BELOW = {
  kernel: [],
  ipam: ['kernel'],
  firewall: ['kernel'],
  network: ['firewall', 'ipam', 'kernel'],
  lab: ['network', 'firewall', 'ipam', 'kernel'],
  expect: ['lab', 'network', 'firewall', 'ipam', 'kernel'],
  walkthrough: ['expect', 'lab', 'network', 'firewall', 'ipam', 'kernel'],
  scenario: ['walkthrough', 'expect', 'lab', 'network', 'firewall', 'ipam', 'kernel'],
  runner: ['scenario', 'walkthrough', 'expect', 'lab', 'network', 'firewall', 'ipam', 'kernel'],
  report: ['runner/events.ts'],
  export: ['runner/events.ts'],
}
// Its loader hands the public door to a scenario that imports 'tnet-lab'.
BELOW.runner.push('index.ts')
// The way in from a shell and the public door see every room.
BELOW.cli = Object.keys(BELOW)
BELOW['index.ts'] = Object.keys(BELOW)
BELOW['lab-bundle.ts'] = ['index.ts', 'runner']

/** Packages that one room keeps to itself, so that another can replace them in one place. */
const OWNERS = { 'ip-num': 'ipam', koffi: 'kernel', etcd3: 'ipam' }

/** Importing each costs more than starting a scenario. */
const LATE = ['zx', 'etcd3']

const IMPORT = /^(?:import|export)\s+(?:(?<clause>[\w$*{},\s]+?)\s+from\s+)?'(?<name>[^']+)'/gm
const LATE_IMPORT = /\b(?:import|require|createRequire\([^)]*\))\(\s*'(?<name>[^']+)'/g

function importsOf(file) {
  // Documentation quotes imports; a template that holds one at the start of a line would count.
  const text = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const early = [...text.matchAll(IMPORT)].map(({ groups }) => ({
    name: groups.name,
    late: /^type\b/.test(groups.clause ?? ''),
  }))
  const late = [...text.matchAll(LATE_IMPORT)].map(({ groups }) => ({
    name: groups.name,
    late: true,
  }))
  return [...early, ...late]
}

const roomOf = path => path.split('/')[0]
const packageOf = name => (name.startsWith('@') ? name.split('/', 2).join('/') : roomOf(name))

function complaintInside(file, name) {
  const room = roomOf(file)
  const target = normalize(join(dirname(file), name))
  if (target.startsWith('..')) return 'leads out of src/'
  const there = roomOf(target)
  if (there === room || LEAVES.includes(target)) return
  if (LEAVES.includes(file)) return 'a leaf imports leaves alone'
  const below = BELOW[room] ?? []
  if (below.includes(there) || below.includes(target)) return
  return `${room} may import ${below.join(', ') || 'no other room'}`
}

function complaintOutside(file, { name, late }) {
  const owner = OWNERS[packageOf(name)]
  if (owner !== undefined && owner !== roomOf(file)) return `only src/${owner}/ imports it`
  if (LATE.includes(packageOf(name)) && !late) return 'loaded on first use: await import()'
  if (name === 'tnet-lab') return 'src/ imports its own files by path'
}

function* complaintsAbout(file) {
  if (/(^|\/)utils?(\/|\.)/.test(file)) yield `src/${file}: call it what it does, not utils`
  const known = LEAVES.includes(file) || roomOf(file) in BELOW
  if (!known) yield `src/${file}: scripts/borders.mjs knows no such room, and no such leaf`
  for (const found of importsOf(join('src', file))) {
    const inside = found.name.startsWith('.')
    const why = inside ? complaintInside(file, found.name) : complaintOutside(file, found)
    if (why) yield `src/${file}: imports '${found.name}': ${why}`
  }
}

function* complaintsAboutScenario(file) {
  for (const { name } of importsOf(join('scenarios', file))) {
    if (name === 'tnet-lab' || name.startsWith('node:')) continue
    yield `scenarios/${file}: imports '${name}': a scenario needs tnet-lab alone`
  }
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const sources = folder => readdirSync(folder, { recursive: true }).filter(f => f.endsWith('.ts'))
const complaints = [
  ...sources('src').flatMap(file => [...complaintsAbout(file)]),
  ...sources('scenarios').flatMap(file => [...complaintsAboutScenario(file)]),
]
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length === 0 ? 0 : 1
