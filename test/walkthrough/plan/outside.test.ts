import t from 'tap'
import { planOf } from './small-document.ts'
import type { FrontMatter } from '../../../src/walkthrough/document/front-matter.ts'

const outside = (listing: string, frontMatter?: FrontMatter) =>
  planOf(`\`\`\`\n${listing}\n\`\`\``, frontMatter).parts[0]!.outside.map(({ address, names }) =>
    [address, ...names].join(' '),
  )
const OURS = '198.51.100.53'

t.test('somebody answers questions of DNS, first in the list and without a name', async t => {
  t.same(outside('$ ip link'), [OURS])
  t.same(outside('$ ping -c 1 114.114.114.114'), ['114.114.114.114'])
  t.same(outside('$ dig @9.9.9.9 example.com'), ['9.9.9.9', '198.51.100.1 example.com'])
  t.same(outside('$ echo "nameserver 1.1.1.1" > /etc/resolv.conf'), ['1.1.1.1'])
})

t.test('public addresses that are talked to answer, private and own ones do not', async t => {
  t.same(
    outside(
      '$ ping -c 1 203.0.114.9\n$ ping -c 1 10.0.0.1\n$ ip addr add 5.6.7.8/24 dev br0\n$ ping -c 1 5.6.7.9',
    ),
    [OURS, '203.0.114.9'],
  )
  t.same(outside('$ iptables -A FORWARD -d 8.8.4.4 -j DROP'), [OURS], 'a rule talks to nobody')
  t.same(outside('$ tcpdump -i eth0 host 8.8.4.4'), ['8.8.4.4'])
  t.same(outside('$ ping -c 1 127.0.0.1\n$ ping -c 1 224.0.0.1\n$ ping -c 1 0.0.0.0'), [OURS])
})

t.test('a private address that nobody has answers when the document shows so', async t => {
  const reply = (address: string) => `$ ping -c 1 ${address}\n64 bytes from ${address}: icmp_seq=1`
  const link = '$ ip addr show eth0\n2: eth0: <UP>\n    inet 10.1.1.5/24\n'
  t.same(outside(`${link}${reply('10.1.1.77')}\n${reply('10.5.5.5')}`), [
    OURS,
    '10.1.1.77',
    '10.5.5.5',
  ])
  t.same(outside(`${link}$ ping -c 1 10.1.1.77\n${reply('10.1.1.5')}\n${reply('10.1.1.1')}`), [
    OURS,
  ])
})

t.test('a name has the address that is shown of it, or a made-up one', async t => {
  t.same(outside('$ ping -c 1 google.com\nPING google.com (142.250.72.14) 56(84) bytes of data.'), [
    OURS,
    '142.250.72.14 google.com',
  ])
  t.same(outside('$ dig example.com\nexample.com.\t\t300\tIN\tA\t93.184.216.34'), [
    OURS,
    '93.184.216.34 example.com',
  ])
  t.same(
    outside(
      '$ nslookup example.com\nServer:  8.8.8.8\nAddress: 8.8.8.8#53\nName: example.com\nAddress: 93.184.216.34',
    ),
    [OURS, '93.184.216.34 example.com'],
  )
  t.same(outside('$ ping -c 1 www.baidu.com\n$ curl -s https://example.org/page.html'), [
    OURS,
    '198.51.100.1 www.baidu.com',
    '198.51.100.2 example.org',
  ])
})

t.test('names of machines, files and the document’s own names are not public', async t => {
  t.same(outside('$ curl -o page.html node1.local\n$ ping -c 1 node1\n$ ping localhost -c 1'), [
    OURS,
  ])
  t.same(outside('$ echo "10.0.0.2 web.example.com" >> /etc/hosts\n$ ping -c 1 web.example.com'), [
    OURS,
  ])
})

t.test('a page is what curl shows of it when that is short', async t => {
  const http = (shown: string, options = '') =>
    planOf(`\`\`\`\n$ curl ${options} example.com\n${shown}\n\`\`\``).parts[0]!.outside[1]!.http
  t.equal(http('hello world'), 'hello world\n')
  t.equal(http(''), 'hello from example.com\n')
  t.equal(http('HTTP/1.1 200 OK'), 'hello from example.com\n')
  t.equal(http('HTTP/1.1 200 OK', '-I'), 'hello from example.com\n')
  t.equal(http('curl: (6) Could not resolve host: example.com'), 'hello from example.com\n')
})

t.test('front matter comes first, and an empty list says nobody', async t => {
  const given = { outside: [{ address: '203.0.113.7', names: ['example.com'], http: 'hi' }] }
  t.same(outside('$ curl example.com\n$ ping -c 1 8.8.8.8', given), [
    '8.8.8.8',
    '203.0.113.7 example.com',
  ])
  t.same(outside('$ ping -c 1 1.2.3.4', { outside: [] }), [OURS])
})

t.test('names are the same in capitals', async t => {
  const given = { outside: [{ address: '203.0.113.7', names: ['Example.COM.'] }] }
  t.same(
    outside('$ curl example.com\n$ ping -c 1 WWW.example.org\n$ ping -c 1 www.Example.org', given),
    [OURS, '203.0.113.7 example.com', '198.51.100.1 www.example.org'],
  )
})

t.test('each is told as a guess', async t => {
  const { guesses } = planOf('```\n$ ping -c 1 1.2.3.4\n$ curl example.com\n```')
  t.match(guesses.slice(-2), [
    { text: '1.2.3.4 answers behind the gateway', line: 2 },
    {
      text: 'example.com is 198.51.100.1 behind the gateway',
      line: 3,
      why: /no address of it is shown/,
    },
  ])
})
