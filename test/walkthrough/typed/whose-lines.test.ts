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
