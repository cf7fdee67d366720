import t from 'tap'
import { differing } from '../text/told.ts'

const DOWN = '192.0.2.0/24 dev eth1 proto kernel scope link src 192.0.2.1 linkdown'

t.test('an ip route of old tells nothing of a link that is down', async t => {
  const old = '192.0.2.0/24 dev eth1  proto kernel  scope link  src 192.0.2.1'
  t.same(differing('ip route', old, DOWN), [])
  t.same(differing('ip route', old.replace('2.1', '2.9'), DOWN), ['route 192.0.2.0/24 src'])
  t.same(differing('ip route', old.replaceAll('  ', ' '), DOWN), ['route 192.0.2.0/24 state'])
  const up = DOWN.replace(' linkdown', '')
  t.same(differing('ip route', `${old} linkdown`, up), ['route 192.0.2.0/24 state'])
})
