import { createRequire } from 'node:module'

/** This package's own version. */
export function toolVersion(): string {
  const { version } = createRequire(import.meta.url)('tnet-lab/package.json') as { version: string }
  return version
}
