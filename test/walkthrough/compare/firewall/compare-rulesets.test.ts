import t from 'tap'
import { changed, differing, told } from '../text/told.ts'

t.test('of two rules that changed each is told beside the one it became', async t => {
  const two = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
ACCEPT     all  --  10.0.0.1             0.0.0.0/0
DROP       all  --  10.0.0.2             0.0.0.0/0
`
  const other = changed(changed(two, '10.0.0.1 ', '10.0.0.8 '), 'DROP ', 'RETURN ')
  t.same(told('iptables -nL INPUT', two, other).differences, [
    {
      what: 'source of rule 1 of INPUT',
      shown: 'ACCEPT all -- 10.0.0.1 0.0.0.0/0',
      seen: 'ACCEPT all -- 10.0.0.8 0.0.0.0/0',
    },
    {
      what: 'target of rule 2 of INPUT',
      shown: 'DROP all -- 10.0.0.2 0.0.0.0/0',
      seen: 'RETURN all -- 10.0.0.2 0.0.0.0/0',
    },
  ])
  t.same(
    told('iptables -nL INPUT', two, changed(two, / *10\.0\.0\.2 .*/, '  10.9.9.9  10.8.8.8'))
      .differences,
    [
      {
        what: 'rule 2 of INPUT',
        shown: 'DROP all -- 10.0.0.2 0.0.0.0/0',
        seen: 'DROP all -- 10.9.9.9 10.8.8.8',
      },
    ],
  )
  t.same(
    told('iptables -nL', two, two.replace(/Chain INPUT[^]*/, 'Chain FOO (0 references)\n'))
      .differences,
    [
      { what: 'chain INPUT', shown: 'policy ACCEPT, 2 rules' },
      { what: 'chain FOO', seen: '0 rules' },
    ],
  )
  t.same(differing('iptables -nL INPUT', `${changed(two, /DROP.*\n/, '')}...`, two), [])
})
