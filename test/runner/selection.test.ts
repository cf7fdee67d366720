// Once, as an ordinary user: who runs it makes no difference here.
import t from 'tap'
import { isSelected, scenarioKey } from '../../src/runner/selection.ts'
import type { Selection } from '../../src/runner/worker-task.ts'

const scenario = { name: 'VXLAN: delta 日本語', tags: ['slow', 'net', 'größe'] }
const file = 'scenarios/deep/vxlan.ts'

const selections: [selection: Selection, isSelected: boolean][] = [
  [{}, true],
  [{ filter: ['vxlan'] }, true],
  [{ filter: ['DELTA'] }, true],
  [{ filter: ['日本'] }, true],
  [{ filter: ['deep/vxlan.ts'] }, true],
  [{ filter: ['zebra', 'delta'] }, true],
  [{ filter: ['zebra', 'giraffe'] }, false],
  [{ filter: ['.*'] }, false],
  [{ filter: [] }, false],
  [{ tags: ['net'] }, true],
  [{ tags: ['NET'] }, false],
  [{ tags: ['ne'] }, false],
  [{ tags: ['fast', 'größe'] }, true],
  [{ tags: ['fast'] }, false],
  [{ tags: ['!fast'] }, true],
  [{ tags: ['!slow'] }, false],
  [{ tags: ['net', '!slow'] }, false],
  [{ tags: ['net', '!fast'] }, true],
  [{ tags: ['!fast', '!small'] }, true],
  [{ filter: ['delta'], tags: ['fast'] }, false],
  [{ keys: [scenarioKey(file, scenario.name)] }, true],
  [{ keys: [scenarioKey('other.ts', scenario.name)] }, false],
  [{ keys: [] }, false],
]

for (const [selection, expected] of selections) {
  t.test(`${JSON.stringify(selection)} ${expected ? 'selects' : 'leaves out'} it`, t => {
    t.equal(isSelected(selection, file, scenario), expected)
    t.end()
  })
}

t.test('a scenario without tags is selected by what it must not have alone', t => {
  const plain = { name: 'x', tags: [] }
  t.equal(isSelected({ tags: ['!slow'] }, file, plain), true)
  t.equal(isSelected({ tags: ['slow'] }, file, plain), false)
  t.end()
})
