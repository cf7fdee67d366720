import { EnvironmentError } from '../errors.ts'
import { notInSandbox } from '../kernel/sandbox-mark.ts'
import { Lab, type LabOptions } from './lab.ts'

/**
 * A lab for tests of any runner, within `tnet-lab sandbox -- COMMAND`. As many as you like at once:
 * no two get in each other's way. Close it when the test is over, by `await using` or in a hook.
 *
 * @throws EnvironmentError TNET_NOT_IN_SANDBOX elsewhere; nothing was touched then
 * @example
 * test('two containers on a bridge reach each other', async () => {
 *   await using lab = await openLab()
 *   const host = await lab.host('host')
 *   const blue = await host.bridge('blue', '10.0.1.1/24')
 *   const [web, app] = [await blue.container('web'), await blue.container('app')]
 *   await expect(web).toPing(app)
 * })
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const reason = notInSandbox()
  if (reason === undefined) return new Lab(options)
  throw new EnvironmentError('this process is not in a sandbox, so it can have no lab', {
    code: 'TNET_NOT_IN_SANDBOX',
    hint: 'npx tnet-lab sandbox -- npm test; a scenario has its lab already: async ({ lab }) => …',
    facts: { found: reason },
  })
}
