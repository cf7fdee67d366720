import t from 'tap'
import { OwnNamespaces } from '../../src/walkthrough/own-namespaces.ts'

const ours = new Set(['net:[11]', 'uts:[12]', 'pid:[13]'])
const link = (type: string, id: number) => `/proc/self/ns/${type} -> ${type}:[${id}]`

const own = "the machine's own"
const cases: [what: string, shown: string[], seen: string[], differences: object[]][] = [
  ['other numbers of the same', ['net:[4001]', 'net:[4001]'], ['net:[11]', 'net:[11]'], []],
  [
    'there, elsewhere and back',
    ['net:[1]', 'net:[2]', 'net:[1]'],
    ['net:[11]', 'net:[7]', 'net:[11]'],
    [],
  ],
  [
    'a number that is used again',
    ['net:[1]', 'net:[2]', 'net:[3]'],
    ['net:[11]', 'net:[7]', 'net:[7]'],
    [],
  ],
  [
    'another number of one that ended',
    ['net:[1]', 'net:[2]', 'net:[2]'],
    ['net:[11]', 'net:[7]', 'net:[8]'],
    [],
  ],
  ['two types', ['net:[1]', 'uts:[1]'], ['net:[11]', 'uts:[7]'], []],
  [
    'one that is never left',
    ['net:[1]', 'net:[2]'],
    ['net:[11]', 'net:[11]'],
    [{ what: 'net namespace', shown: 'another', seen: own }],
  ],
  [
    'one that is left',
    ['uts:[1]', 'uts:[1]'],
    ['uts:[12]', 'uts:[7]'],
    [{ what: 'uts namespace', shown: own, seen: 'another' }],
  ],
  [
    'two in one',
    ['pid:[1] pid:[1]'],
    ['pid:[7] pid:[8]'],
    [{ what: 'pid namespaces', shown: 'the same twice', seen: 'two' }],
  ],
  [
    'one in two',
    ['pid:[1] pid:[2]'],
    ['pid:[7] pid:[7]'],
    [{ what: 'pid namespaces', shown: 'two', seen: 'the same twice' }],
  ],
  ['numbers that are left out', ['...\npid:[2]'], ['pid:[7] pid:[7]'], []],
  ['what is no link', [link('net', 1), 'name:[1]'], [link('net', 11), 'name:[2]'], []],
]
for (const [what, shown, seen, differences] of cases) {
  t.test(what, async t => {
    const namespaces = new OwnNamespaces(ours)
    const found = shown.map((line, i) => namespaces.differences([line], seen[i] ?? ''))
    t.strictSame(found.flat(), differences)
  })
}
