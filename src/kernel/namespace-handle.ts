import { UsageError } from '../errors.ts'

/** Something was wanted of a namespace after its lab was closed. */
export function labIsOver(label?: string): UsageError {
  const where = label === undefined ? '' : `: nothing can be done on "${label}" any more`
  return new UsageError(`the lab is over${where}`, {
    code: 'TNET_LAB_CLOSED',
    hint: 'await everything before the scenario returns',
  })
}

interface Handle {
  descriptor: number
  /** What ends that which lives in the namespace, in the order in which it began. */
  ends: Set<() => void>
}

const handles = new Map<number, Handle>()
/** Above every descriptor. */
const FIRST = 2 ** 31
let next = FIRST

/**
 * A number that stands for a namespace's descriptor. The kernel gives a closed descriptor's number
 * to the next one that is opened, maybe another lab's; this one is never given again.
 */
export function openHandle(descriptor: number): number {
  const handle = next++
  handles.set(handle, { descriptor, ends: new Set() })
  return handle
}

/**
 * The descriptor that a handle stands for; a descriptor stands for itself.
 *
 * @throws UsageError TNET_LAB_CLOSED
 */
export function descriptorOf(namespace: number): number {
  if (namespace < FIRST) return namespace
  const handle = handles.get(namespace)
  if (handle === undefined) throw labIsOver()
  return handle.descriptor
}

/**
 * Remembers what to end before the namespace is closed: whatever has a descriptor or a timer of its
 * own. Of a bare descriptor nobody knows when it is closed.
 *
 * @returns a function that forgets it again
 */
export function onNamespaceClose(namespace: number, end: () => void): () => void {
  const ends = handles.get(namespace)?.ends
  if (ends === undefined && namespace >= FIRST) throw labIsOver()
  ends?.add(end)
  return () => void ends?.delete(end)
}

/** Ends what lives in a namespace, the last first; the handle stands for nothing from now on. */
export function closeHandle(namespace: number): void {
  const failures: unknown[] = []
  for (const end of [...(handles.get(namespace)?.ends ?? [])].toReversed()) {
    try {
      end()
    } catch (failure) {
      failures.push(failure)
    }
  }
  handles.delete(namespace)
  if (failures.length > 0) throw failures[0]
}
