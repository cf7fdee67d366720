import { explain, TnetError, type ErrorReport } from '../../../src/errors.ts'
import { onExpectation, type ExpectationResult } from '../../../src/expect/result.ts'
import type { Bridge } from '../../../src/lab/bridge.ts'
import type { Container } from '../../../src/lab/container.ts'
import type { Host } from '../../../src/lab/host.ts'
import { Lab } from '../../../src/lab/lab.ts'
import type { Segment } from '../../../src/lab/segment.ts'

export interface World extends AsyncDisposable {
  lab: Lab
  wan: Segment
  alpha: Host
  outside: Host
  blue: Bridge
  web: Container
  app: Container
}

/**
 *     web 10.0.1.2 ─┐
 *     app 10.0.1.3 ─┴─ blue .1 ─ alpha 192.0.2.1 ── wan ── outside 192.0.2.9
 *
 * alpha does not forward, and outside knows no way back.
 */
export async function world(): Promise<World> {
  const lab = new Lab()
  const wan = await lab.segment('wan')
  const alpha = await wan.join('alpha', '192.0.2.1/24')
  const outside = await wan.join('outside', '192.0.2.9/24')
  const blue = await alpha.bridge('blue', '10.0.1.1/24')
  const web = await blue.container('web')
  const app = await blue.container('app')
  return { lab, wan, alpha, outside, blue, web, app, [Symbol.asyncDispose]: () => lab.close() }
}

/** What was told of expectations since. */
export function results(): ExpectationResult[] {
  const all: ExpectationResult[] = []
  onExpectation(result => all.push(result))
  return all
}

/** What varies from run to run: times, and how often was looked. */
function masked(text: string): string {
  return text
    .replace(/\b\d+(\.\d+)? ms each\b/g, 'N ms each')
    .replace(/ in \d+(\.\d+)? ms\b/g, ' in N ms')
    .replace(/\d+ × /g, 'N × ')
    .replace(/\((at|from \d+ to) \d+ ms\)/g, '(WHEN)')
    .replace(/\(\d+ packets?\)/g, '(N packets)')
}

/** How it failed, as people read it; throws when it did not. */
export async function failure(expectation: Promise<void>): Promise<string> {
  try {
    await expectation
  } catch (error) {
    if (!(error instanceof TnetError)) throw error
    const { name, code, message, facts, hint } = error
    const report: ErrorReport = { name, code, message, facts, hint }
    return masked(explain(report))
  }
  throw new Error('it was expected to fail, and passed')
}

/** The code of the error that it rejects with; `passed` when it does not. */
export async function codeOf(expectation: Promise<unknown>): Promise<string> {
  try {
    await expectation
    return 'passed'
  } catch (error) {
    if (error instanceof TnetError) return error.code
    throw error
  }
}
