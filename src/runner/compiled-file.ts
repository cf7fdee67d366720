import type { Compiled } from './compile.ts'
import { isWalkthrough } from './walkthrough-file.ts'

/** A second core compiles while the sandbox starts on the first. */
export async function compiledFile(file: string): Promise<{ compiled?: Compiled }> {
  if (isWalkthrough(file)) return {}
  const { compile } = await import('./compile.ts')
  try {
    return { compiled: compile(file) }
  } catch {
    return {} // the sandbox meets the same, and says it
  }
}
