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
