import path from 'node:path'
import { findConfig, type Config } from '../runner/config.ts'

/** What the project's config says; nothing when it has none. */
export async function configOf({ config }: { config?: string }): Promise<Config> {
  const file = config ?? findConfig()
  if (file === undefined) return {}
  const { loadConfig } = await import('../runner/load-config.ts')
  return loadConfig(path.resolve(file))
}
