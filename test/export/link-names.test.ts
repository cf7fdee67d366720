import t from 'tap'
import { translate } from '../../src/export/translate/translate.ts'
import { recordingOf } from './told.ts'

t.test('a link that is called as a word of ip is told apart from it', async t => {
  for (const [spelled, typed] of [
    [
      'link add a type veth peer name eth0 netns a',
      'link add name a type veth peer name eth0 netns a',
    ],
    ['link set a master br0', 'link set dev a master br0'],
    ['link set up up', 'link set dev up up'],
    ['link delete name', 'link delete dev name'],
    ['link add link eth0 m type macvlan', 'link add link eth0 name m type macvlan'],
    ['link add link eth0 name m type vlan id 4', 'link add link eth0 name m type vlan id 4'],
    ['link set web up', 'link set web up'],
    ['link set eth0 mtu 1400', 'link set eth0 mtu 1400'],
  ]) {
    const { items } = translate(recordingOf([{ shell: `ip -n host ${spelled}` }]))
    t.match(items.at(-1), { kind: 'do', lines: [`ip -n host ${typed}`] })
  }
})
