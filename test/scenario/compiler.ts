import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What the compiler prints of scenarios as their authors have them; one run for all, as its start is
 * what takes the time.
 *
 * @param files their text by name; `.mts`
 */
export function compilerSays(files: ReadonlyMap<string, string>): string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-types-'))
  try {
    for (const [name, text] of files) fs.writeFileSync(path.join(folder, name), text)
    const config = {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { 'tnet-lab': [path.join(root, 'src/index.ts')] },
        typeRoots: [path.join(root, 'node_modules/@types')],
      },
      include: ['*.mts'],
    }
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
    // Without tap's own NODE_OPTIONS, which the compiler's start does not get on with.
    const command = ['-u', 'NODE_OPTIONS', process.execPath, tsc, '-p', '.', '--pretty', 'false']
    const { stdout } = spawnSync('env', command, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
    })
    return stdout.split('\n')
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}
