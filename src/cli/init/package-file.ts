import fs from 'node:fs'

/** What init reads of a project's package.json, and adds to it. */
export interface PackageFile {
  text: string
  /** Packages that it names. */
  packages: readonly string[]
  /** What `npm run test:net` runs, when it says so already. */
  script: string | undefined
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const SCRIPT = 'test:net'
export const SCRIPT_COMMAND = 'tnet-lab run'

/** @returns nothing when there is no such file; `unreadable` when it is not the JSON it should be */
export function readPackageFile(file: string): PackageFile | 'unreadable' | undefined {
  if (!fs.existsSync(file)) return undefined
  const text = fs.readFileSync(file, 'utf8')
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (!isObject(json)) return 'unreadable'
    const { scripts, dependencies, devDependencies } = json
    const named = [dependencies, devDependencies].filter(isObject).flatMap(Object.keys)
    const script = isObject(scripts) ? scripts[SCRIPT] : undefined
    return { text, packages: named, script: typeof script === 'string' ? script : undefined }
  } catch {
    return 'unreadable'
  }
}

/** The text with the script in it, indented and ended as before. */
export function withScript({ text }: PackageFile): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  const json = JSON.parse(text.slice(mark.length)) as Json
  const scripts = isObject(json['scripts']) ? json['scripts'] : {}
  const [, indentation = '  '] = /\n([ \t]+)"/.exec(text) ?? []
  const whole = { ...json, scripts: { ...scripts, [SCRIPT]: SCRIPT_COMMAND } }
  const fresh = JSON.stringify(whole, undefined, indentation)
  const [end = ''] = /\s*$/.exec(text) ?? []
  return mark + (text.includes('\r\n') ? fresh.replaceAll('\n', '\r\n') : fresh) + end
}
