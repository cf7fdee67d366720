import { createRequire } from 'node:module'
type Koffi = typeof import('koffi').default

/**
 * koffi's binary without its way there, on which it reads the header of the running program, and
 * wraps what is out of date: 3 ms of every start. Wherever that binary is elsewhere (musl, another
 * version's layout, another package manager's), koffi finds it by itself.
 */
function load(): Koffi {
  const require = createRequire(import.meta.url)
  try {
    const ownRequire = createRequire(require.resolve('koffi'))
    const binary = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`
    return ownRequire(binary) as Koffi
  } catch {
    return require('koffi') as Koffi
  }
}

/** The C calls of this process. */
export const koffi = load()
