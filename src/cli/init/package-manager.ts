import fs from 'node:fs'
import path from 'node:path'

/** How a project's packages are installed, and what they bring is run. */
export interface PackageManager {
  /** What brings packages that are missing; their names follow. */
  add: string
  /** What installs those in the lock file, in CI. */
  install: string
  /** What actions/setup-node keeps between runs; it refuses what has no lock file. */
  cache?: string
  /** What comes before a command that a package brings. */
  run: string
}

const npm = { add: 'npm install --save-dev', run: 'npx' }

const byLockFile: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': { ...npm, install: 'npm ci', cache: 'npm' },
  'npm-shrinkwrap.json': { ...npm, install: 'npm ci', cache: 'npm' },
  'pnpm-lock.yaml': {
    add: 'pnpm add --save-dev',
    install: 'corepack enable && pnpm install --frozen-lockfile',
    run: 'pnpm exec',
  },
  'yarn.lock': { add: 'yarn add --dev', install: 'corepack enable && yarn install', run: 'yarn' },
}

/** @param version of tnet-lab, which a project without package.json installs by itself */
export function packageManager(folder: string, version: string): PackageManager {
  for (const [file, manager] of Object.entries(byLockFile)) {
    if (fs.existsSync(path.join(folder, file))) return manager
  }
  const hasPackage = fs.existsSync(path.join(folder, 'package.json'))
  return {
    ...npm,
    install: hasPackage ? 'npm install' : `npm install --no-save tnet-lab@${version}`,
  }
}
