import fs from 'node:fs'
import path from 'node:path'
import { UsageError } from '../errors.ts'
import { isWalkthrough } from './walkthrough-file.ts'

const SCENARIO = /\.[cm]?[jt]s$/
const NOT_SCENARIO = /\.d\.[cm]?ts$|^tnet-lab\.config\./

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true
}

const isWithin = (file: string, folder: string) =>
  file === folder || file.startsWith(path.join(folder, path.sep))

/** A folder that a link leads to, unless what is in it is found without, or leads back here. */
function linkedFolder(link: string, roots: readonly string[]): string | undefined {
  if (!isFolder(link)) return undefined
  const real = fs.realpathSync(link)
  return roots.some(root => isWithin(real, root) || isWithin(root, real)) ? undefined : real
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw new UsageError(`could not look into ${folder}`, {
      code: 'TNET_FOLDER_UNREADABLE',
      hint: 'name the files that are meant, or check who may read it',
      facts: { error: (error as Error).message },
      cause: error,
    })
  }
}

/** Files below a folder, in order; what begins with a dot or `_`, and node_modules, are left out. */
function inFolder(
  folder: string,
  isWanted: (file: string) => boolean = isScenarioFile,
  roots: readonly string[] = [fs.realpathSync(folder)],
): string[] {
  return entriesOf(folder)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      if (/^[._]/.test(entry.name) || entry.name === 'node_modules') return []
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) return inFolder(file, isWanted, roots)
      const linked = entry.isSymbolicLink() ? linkedFolder(file, roots) : undefined
      if (linked !== undefined) return inFolder(file, isWanted, [...roots, linked])
      return isWanted(entry.name) ? [file] : []
    })
}

/** What a scenario is called, whatever folder and ending somebody gives it. */
const nameOf = (file: string) => path.basename(file).replace(SCENARIO, '').toLowerCase()

/** How many letters to add, leave out, replace or swap with the next make one name the other. */
function edits(one: string, other: string): number {
  let [last, row]: [number[], number[]] = [
    [],
    Array.from({ length: other.length + 1 }, (_, n) => n),
  ]
  for (let i = 1; i <= one.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const isSwapped = i > 1 && one[i - 2] === other[j - 1] && one[i - 1] === other[j - 2]
      row.push(
        Math.min(
          (row[j - 1] ?? 0) + 1,
          (above[j] ?? 0) + 1,
          (above[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (last[j - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    last = above
  }
  return row[other.length] ?? 0
}

/** The scenario that somebody meant: what differs in more than a third of its letters is another. */
function nearest(argument: string, known: readonly string[]): string | undefined {
  const name = nameOf(argument)
  const [first] = known
    .map(file => ({ file, far: edits(name, nameOf(file)) }))
    .filter(({ file, far }) => far * 3 <= Math.max(name.length, nameOf(file).length))
    .sort((a, b) => a.far - b.far)
  return first?.file
}

function missing(argument: string): UsageError {
  const meant = nearest(argument, isFolder('scenarios') ? inFolder('scenarios') : [])
  return new UsageError(`there is no scenario "${argument}"`, {
    code: 'TNET_SCENARIO_NOT_FOUND',
    hint: meant === undefined ? 'give a file, a folder or a glob' : `did you mean ${meant}?`,
    facts: { looked: `in ${process.cwd()} and its scenarios/` },
  })
}

const isScenarioFile = (file: string) =>
  SCENARIO.test(file) && !NOT_SCENARIO.test(path.basename(file))

async function globbed(pattern: string | readonly string[]): Promise<string[]> {
  const { glob } = await import('zx')
  const found = await glob(pattern, { ignore: ['**/node_modules/**'] })
  return found.filter(isScenarioFile).sort()
}

async function found(argument: string): Promise<string[]> {
  const places = [argument, path.join('scenarios', argument)]
  for (const place of places.flatMap(place => [place, `${place}.ts`])) {
    if (isFolder(place)) return inFolder(place)
    if (fs.existsSync(place)) return [place]
  }
  const matching = /[*?[{]/.test(argument) ? await globbed(argument) : []
  if (matching.length === 0) throw missing(argument)
  return matching
}

/**
 * The scenarios that command line arguments mean: files, folders, globs, and names of files in
 * scenarios/.
 *
 * @param ignore globs of files that are none, unless they are named themselves
 * @returns absolute paths, each once, in the order in which they were named.
 */
export async function findScenarios(
  args: readonly string[],
  ignore: readonly string[] = [],
): Promise<string[]> {
  const ignored = new Set(ignore.length === 0 ? [] : await globbed(ignore))
  const files: string[] = []
  for (const argument of args) {
    const all = await found(argument)
    const isNamed = all.length === 1 && !isFolder(argument)
    files.push(...all.filter(file => isNamed || !ignored.has(path.normalize(file))))
  }
  if (files.length === 0) {
    throw new UsageError(`there are no scenarios in ${args.join(', ')}`, {
      code: 'TNET_SCENARIO_NOT_FOUND',
      hint: 'a scenario is a .ts file that default-exports scenario(…)',
    })
  }
  return [...new Set(files.map(file => path.resolve(file)))]
}

/**
 * The documents that command line arguments mean: Markdown files, and folders with some in them.
 *
 * @returns absolute paths, each once, in the order in which they were named
 */
export function findDocuments(args: readonly string[]): string[] {
  const files = args.flatMap(argument => {
    if (isFolder(argument)) return inFolder(argument, isWalkthrough)
    if (fs.existsSync(argument)) return [argument]
    throw new UsageError(`there is no document "${argument}"`, {
      code: 'TNET_DOCUMENT_NOT_FOUND',
      hint: 'give a Markdown file, or a folder with some in it',
      facts: { looked: `in ${process.cwd()}` },
    })
  })
  const other = files.find(file => !isWalkthrough(file))
  if (files.length > 0 && other === undefined) {
    return [...new Set(files.map(file => path.resolve(file)))]
  }
  throw new UsageError(
    other === undefined ? `there is no document in ${args.join(', ')}` : `${other} is no Markdown`,
    {
      code: 'TNET_DOCUMENT_NOT_FOUND',
      hint: 'a document is called NAME.md; a scenario is run by "tnet-lab run"',
    },
  )
}
