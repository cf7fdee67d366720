import type { Selection } from './worker-task.ts'

/** What a scenario is called from run to run. */
export function scenarioKey(file: string, name: string): string {
  return `${file}\n${name}`
}

interface Selectable {
  name: string
  tags: readonly string[]
}

function hasTags(tags: readonly string[], wanted: readonly string[]): boolean {
  const refused = wanted.filter(tag => tag.startsWith('!')).map(tag => tag.slice(1))
  const asked = wanted.filter(tag => !tag.startsWith('!'))
  if (refused.some(tag => tags.includes(tag))) return false
  return asked.length === 0 || asked.some(tag => tags.includes(tag))
}

/** Whether a scenario is among those that were asked for; `file` as people see it. */
export function isSelected(
  { filter, tags, keys }: Selection,
  file: string,
  scenario: Selectable,
): boolean {
  const text = `${scenario.name}\n${file}`.toLowerCase()
  if (filter !== undefined && !filter.some(part => text.includes(part.toLowerCase()))) return false
  if (tags !== undefined && !hasTags(scenario.tags, tags)) return false
  return keys === undefined || keys.includes(scenarioKey(file, scenario.name))
}
