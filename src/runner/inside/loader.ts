import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL, fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { UsageError } from '../../errors.ts'
import type { Compiled } from '../compile.ts'
import { forgetPositions, rememberPositions } from './positions.ts'
import { shownPath } from '../shown-path.ts'

type Namespace = Record<string, unknown>

/** `{ type: 'json' }`, without which Node reads no JSON. */
type Attributes = Readonly<Record<string, string | undefined>>

/** Files that were asked for, whether they are there and compile or not. */
const asked = new Set<string>()

/** Modules by absolute path or specifier: each is evaluated once. */
const modules = new Map<string, vm.Module>()

/** Node's own `import()`, as it resolves in a module at `file`. */
function nativeImport(file: string) {
  return new vm.Script('(specifier, attributes) => import(specifier, { with: attributes })', {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (specifier: string, attributes: Attributes) => Promise<Namespace>
}

function wrap(key: string, namespace: Namespace): vm.Module {
  const names = Object.keys(namespace)
  const wrapped = new vm.SyntheticModule(names, () => {
    for (const name of names) wrapped.setExport(name, namespace[name])
  })
  modules.set(key, wrapped)
  return wrapped
}

const isPath = (specifier: string) => /^(\.{1,2}\/|\/|file:)/.test(specifier)

function resolved(specifier: string, from: string): string {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier)
  return path.resolve(path.dirname(from), specifier)
}

/** The TypeScript file that a relative import means; undefined when it means something else. */
function sourceFile(specifier: string, from: string): string | undefined {
  if (!isPath(specifier)) return undefined
  const file = resolved(specifier, from)
  if (/\.[cm]?ts$/.test(file)) return file
  // TypeScript lets `./x.js` stand for `./x.ts`.
  const typed = file.replace(/\.([cm]?)js$/, '.$1ts')
  return typed !== file && !fs.existsSync(file) && fs.existsSync(typed) ? typed : undefined
}

function missing(specifier: string, from: string, cause?: unknown): UsageError {
  return new UsageError(`${shownPath(from)} imports "${specifier}", which is not there`, {
    code: 'TNET_IMPORT_MISSING',
    hint: 'npm install it beside the scenario, or mend the path',
    cause,
  })
}

async function link(
  specifier: string,
  { identifier }: { identifier: string },
  { attributes = {} }: { attributes?: Attributes } = {},
): Promise<vm.Module> {
  // What a link leads to imports from where it lies, as Node and tsc see it.
  const importer = fs.realpathSync(identifier)
  const file = sourceFile(specifier, importer)
  if (file !== undefined) {
    asked.add(file)
    if (!fs.existsSync(file)) throw missing(specifier, identifier)
    const real = fs.realpathSync(file)
    return modules.get(real) ?? sourceModule(real, await compiled(real))
  }
  if (isPath(specifier)) asked.add(resolved(specifier, importer))
  const isHelper = specifier.startsWith('@oxc-project/runtime/')
  const from = isHelper ? fileURLToPath(import.meta.url) : importer
  const isOwn = specifier === 'tnet-lab'
  const key = isOwn || isHelper ? specifier : `${path.dirname(from)}\0${specifier}`
  const known = modules.get(key)
  if (known !== undefined) return known
  try {
    const namespace: Namespace = isOwn
      ? await import('../../index.ts')
      : await nativeImport(from)(specifier, attributes)
    return wrap(key, namespace)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw missing(specifier, identifier, error)
  }
}

/** The compiler is loaded for the files that were not compiled beforehand. */
async function compiled(file: string): Promise<Compiled> {
  return (await import('../compile.ts')).compile(file)
}

function sourceModule(file: string, output: Compiled): vm.Module {
  rememberPositions(file, output)
  const real = fs.realpathSync(file)
  const module = new vm.SourceTextModule(output.code, {
    identifier: file,
    initializeImportMeta: meta => {
      meta.url = pathToFileURL(real).href
      meta.filename = real
      meta.dirname = path.dirname(real)
    },
    importModuleDynamically: async (specifier: string, _: unknown, attributes: Attributes) => {
      const imported = await link(specifier, { identifier: file }, { attributes })
      if (imported.status === 'unlinked') await imported.link(link)
      await imported.evaluate()
      return imported
    },
  })
  for (const known of [file, real]) modules.set(known, module)
  return module
}

/** Forgets the files that were imported: the next import runs them anew. Packages stay. */
export function forgetSources(): void {
  modules.clear()
  asked.clear()
  forgetPositions()
}

/** The files that were imported since, by absolute path; not those of packages. */
export function importedSources(): string[] {
  const sources = [...modules.keys()].filter(key => modules.get(key) instanceof vm.SourceTextModule)
  return [...new Set([...sources, ...asked])]
}

/**
 * Imports a TypeScript file and what it imports, with ES module semantics (top-level await, live
 * cycles) and our own `tnet-lab` wherever the file is.
 *
 * @param beforehand the file, if it is compiled already
 * @returns the module's exports
 */
export async function importSource(file: string, beforehand?: Compiled): Promise<Namespace> {
  const module = sourceModule(file, beforehand ?? (await compiled(file)))
  await module.link(link)
  await module.evaluate()
  return module.namespace as Namespace
}
