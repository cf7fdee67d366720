import path from 'node:path'
import { placedReporter } from '../report/reporter-text.ts'
import { findConfig, type Config } from '../runner/config.ts'

/** What the project's config says; nothing when it has none. */
export async function configOf({ config }: { config?: string }): Promise<Config> {
  const given = config ?? findConfig()
  if (given === undefined) return {}
  const file = path.resolve(given)
  const { loadConfig } = await import('../runner/load-config.ts')
  const { reporters, ...others } = await loadConfig(file)
  if (reporters === undefined) return others
  return { ...others, reporters: reporters.map(text => placedReporter(text, path.dirname(file))) }
}
