import { CleanupError } from '../errors.ts'
import { allClosed } from '../kernel/close-later.ts'
import { endProcessesIn } from '../kernel/namespace-processes.ts'
import type { Netns } from '../kernel/netns.ts'
import { shortProgramsEnded } from '../kernel/short-program.ts'
import { Undo } from '../undo.ts'

/**
 * Closes the namespaces of a lab, the last first, with all that lives in them. When it is over,
 * nothing of them is left: no process, no descriptor.
 */
export async function endNamespaces(namespaces: readonly Netns[]): Promise<void> {
  const open = namespaces.filter(({ isClosed }) => !isClosed)
  const used = open.filter(({ hasRunPrograms }) => hasRunPrograms)
  const descriptors = used.map(({ descriptor }) => descriptor)
  // The last to be pushed is the first to be done.
  const undo = new Undo('the namespaces')
  undo.push('descriptors', () => allClosed())
  for (const netns of open) undo.push(`namespace "${netns.name}"`, () => netns.close())
  for (const netns of used) undo.push(`programs on "${netns.name}"`, () => netns.ended())
  if (used.length > 0) undo.push('processes', () => endProcessesIn(descriptors))
  undo.push('rules', () => shortProgramsEnded())
  for (const netns of open) undo.push(`what is on "${netns.name}"`, () => netns.retire())
  try {
    await undo.run()
  } catch (error) {
    // The lab's own error names it as well.
    const [only, ...more] = error instanceof CleanupError ? error.failures : []
    throw only === undefined || more.length > 0 ? error : only
  }
}
