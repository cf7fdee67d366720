import { UsageError } from '../errors.ts'
import { NodeCapture } from '../lab/capture.ts'
import { Node } from '../lab/node.ts'
import { CaptureExpectation } from './capture-expectation.ts'
import { modeOf, type ExpectOptions } from './mode.ts'
import { NodeExpectation } from './node-expectation.ts'

/**
 * Begins an expectation of whoever acts: a node, or a capture.
 *
 * @throws UsageError TNET_EXPECT_SUBJECT for anything else
 * @example
 * await expect(web).toPing(app)
 * await expect(web).not.toPing(outside)                            // for 300 ms
 * await expect(web, { deadlineMs: 20_000 }).eventually.toPing(app)
 * await expect(onUplink).toSee('ICMP echo request')
 */
export function expect(subject: Node, options?: ExpectOptions): NodeExpectation
export function expect(subject: NodeCapture, options?: ExpectOptions): CaptureExpectation
export function expect(
  subject: unknown,
  options?: ExpectOptions,
): NodeExpectation | CaptureExpectation {
  if (subject instanceof Node) return new NodeExpectation(subject, modeOf(options))
  if (subject instanceof NodeCapture) return new CaptureExpectation(subject, modeOf(options))
  const what = subject instanceof Promise ? 'a promise' : `a ${typeof subject}`
  throw new UsageError(`expect() takes a node or a capture, not ${what}`, {
    code: 'TNET_EXPECT_SUBJECT',
    hint:
      subject instanceof Promise
        ? 'await it first: expect(await blue.container("web"))'
        : 'the subject is the one who acts: expect(web).toPing(db)',
  })
}
