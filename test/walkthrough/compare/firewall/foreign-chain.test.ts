import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

t.test("Docker's chains on the document's machine are explained, and no others", async t => {
  const own = `Chain FORWARD (policy DROP)
target     prot opt source               destination
ACCEPT     all  --  10.0.0.0/24          0.0.0.0/0
`
  const docker = `Chain FORWARD (policy DROP)
target     prot opt source               destination
DOCKER-USER  all  --  0.0.0.0/0            0.0.0.0/0
ACCEPT     all  --  10.0.0.0/24          0.0.0.0/0

Chain DOCKER-USER (1 references)
target     prot opt source               destination
RETURN     all  --  0.0.0.0/0            0.0.0.0/0
`
  const { differences, explained } = told('iptables -nL', docker, own)
  t.same(differences, [])
  t.same(
    explained.map(({ what }) => what),
    ['rule of FORWARD', 'chain DOCKER-USER'],
  )
  t.match(explained[0]?.explanation, /Docker/)
  t.same(differing('iptables -nL', docker.replaceAll('DOCKER-USER', 'MY-CHAIN'), own), [
    'rule 1 of FORWARD',
    'chain MY-CHAIN',
  ])
  const bridge = changed(
    docker,
    'ACCEPT     all  --  10.0.0.0/24 ',
    'ACCEPT     all  --  172.17.0.0/16 ',
  )
  t.same(differing('iptables -nL', bridge, changed(own, /ACCEPT.*\n/, '')), [])
  // Docker's network says nothing where none of its chains does.
  t.same(
    differing(
      'iptables -nL',
      changed(own, '10.0.0.0/24', '172.17.0.0/16'),
      changed(own, /ACCEPT.*\n/, ''),
    ),
    ['rule 1 of FORWARD'],
  )
  // A document that makes that chain itself has it here, too.
  t.same(differing('iptables -nL', docker, changed(docker, /DOCKER-USER {2}all.*\n/, '')), [
    'rule 1 of FORWARD',
  ])
})
