import t from 'tap'
import { listing } from './typed-listing.ts'

void t.test('an arrow in quotes leads to no file', t => {
  const title = '<title>Example Domain</title>'
  for (const asked of [
    "curl -s example.com | grep -o '<title>.*</title>'",
    'curl -s -w "=> %{http_code}" example.com',
    "curl -s example.com | awk '$1 > 2'",
  ]) {
    t.strictSame(listing(`$ wget -qO- example.org\n<html>\n$ ${asked}\n${title}`), [
      ['wget -qO- example.org', '<html>'],
      [asked, title],
    ])
  }
  t.strictSame(listing("ip link\nbash -c 'echo 1 > /proc/a'\n1: lo: <UP> mtu 65536"), [
    ['ip link', '1: lo: <UP> mtu 65536'],
    ["bash -c 'echo 1 > /proc/a'"],
  ])
  t.end()
})

void t.test('neighbours that are answered for are no routes', t => {
  const route = 'default via 192.0.2.1 dev eth0'
  for (const proxy of ['2001:db8:1::2 dev eth0 proxy', '192.0.2.77 dev va  proxy']) {
    t.strictSame(listing(`$ ip route\n${route}\n$ ip neigh show proxy\n${proxy}`), [
      ['ip route', route],
      ['ip neigh show proxy', proxy],
    ])
  }
  t.end()
})

void t.test(
  'a change whose prompt is left out is typed, where what is above prints no such line',
  t => {
    const route = '10.0.2.9 dev t0 proto kernel scope link src 10.0.1.9'
    t.strictSame(
      listing(`east 10.0.1.1
# on east
ip link add t0 type dummy
ip addr add 10.0.1.9 peer 10.0.2.9 dev t0
# which makes a route
root@east:~# ip route
${route}
# and
ip netns add a
root@east:~# ip netns
a`),
      [
        ['ip link add t0 type dummy'],
        ['ip addr add 10.0.1.9 peer 10.0.2.9 dev t0'],
        ['ip route', route],
        ['ip netns add a'],
        ['ip netns', 'a'],
      ],
    )
    const script = 'ip link add br0 type bridge'
    for (const shows of ['cat a.sh', './a.sh', 'bash -v a.sh', 'ip link help']) {
      t.strictSame(listing(`$ ${shows}\nfirst\n${script}`), [[shows, 'first', script]])
    }
    t.end()
  },
)
