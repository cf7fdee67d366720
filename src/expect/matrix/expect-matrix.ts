import type { Node } from '../../lab/node.ts'
import { modeOf } from '../mode.ts'
import { settle } from '../settle.ts'
import type { MatrixOptions, Reachability } from './matrix.ts'

/**
 * Which nodes reach which, all ordered pairs at once and within this process. Who is expected to
 * answer has one second; who is not must stay silent for a window. The failure is a table.
 *
 * @param expected `all`, `none`, a rule, or for each name those whom it reaches
 * @throws ExpectationError; UsageError TNET_MATRIX_INVALID
 * @example
 * await expectMatrix([web, app, db], 'all')
 * await expectMatrix([web, app, db], (from, to) => from !== web || to !== db)
 * await expectMatrix([web, app, db], { web: ['app'], app: ['web', 'db'], db: ['app'] }, { port: 80 })
 */
export async function expectMatrix<N extends Node>(
  nodes: readonly N[],
  expected: Reachability<N>,
  options: MatrixOptions = {},
): Promise<void> {
  const { deadlineMs } = options
  const mode = modeOf(deadlineMs === undefined ? {} : { deadlineMs })
  await settle('expectMatrix', { ...mode, eventually: deadlineMs !== undefined }, async () =>
    (await import('./matrix-check.ts')).matrixCheck(nodes, expected, options),
  )
}
