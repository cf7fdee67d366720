import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { findScenarios } from '../../src/runner/find-scenarios.ts'

const before = process.cwd()
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tnet-lab-find-'))
fs.mkdirSync(path.join(folder, 'scenarios/deep'), { recursive: true })
for (const name of ['vlan', 'macvlan', 'veth-pair', 'docker-bridge', 'deep/ipip']) {
  fs.writeFileSync(path.join(folder, `scenarios/${name}.ts`), '')
}
process.chdir(folder)
t.teardown(() => {
  process.chdir(before)
  fs.rmSync(folder, { recursive: true })
})

const nothing = 'give a file, a folder or a glob'
const meant: [argument: string, hint: string][] = [
  ['veth-piar', 'did you mean scenarios/veth-pair.ts?'],
  ['veth_pear.ts', 'did you mean scenarios/veth-pair.ts?'],
  ['examples/veth-pairs.mts', 'did you mean scenarios/veth-pair.ts?'],
  ['Docker-Brige.ts', 'did you mean scenarios/docker-bridge.ts?'],
  ['vlna.ts', 'did you mean scenarios/vlan.ts?'],
  ['vlam.ts', 'did you mean scenarios/vlan.ts?'],
  ['macvlam', 'did you mean scenarios/macvlan.ts?'],
  ['ipp.ts', 'did you mean scenarios/deep/ipip.ts?'],
  ['nope.ts', nothing],
  ['nope', nothing],
  ['nalv.ts', nothing],
  ['x', nothing],
  ['.ts', nothing],
]
for (const [argument, hint] of meant) {
  t.test(`for "${argument}" somebody is told: ${hint}`, async t => {
    await t.rejects(findScenarios([argument]), { code: 'TNET_SCENARIO_NOT_FOUND', hint })
  })
}
