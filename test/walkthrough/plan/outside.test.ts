import t from 'tap'
import { planOf } from './small-document.ts'
import type { FrontMatter } from '../../../src/walkthrough/document/front-matter.ts'

const outside = (listing: string, frontMatter?: FrontMatter) =>
  planOf(`\`\`\`\n${listing}\n\`\`\``, frontMatter).parts[0]!.outside.map(({ address, names }) =>
    [address, ...names].join(' '),
  )
/** What the last of them answers to HTTP. */
function answered(listing: string, frontMatter?: FrontMatter) {
  const last = planOf(`\`\`\`\n${listing}\n\`\`\``, frontMatter).parts[0]!.outside.at(-1)!
  const { status, headers, http } = last
  return {
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
    http,
  }
}
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

t.test('a private address beside the machine is there when packets to it are shown', async t => {
  const link = '$ ip addr show eth0\n2: eth0: <UP>\n    inet 10.7.0.6/24 scope global eth0\n'
  const capture = (to: string) =>
    `$ tcpdump -ni eth0 icmp\n16:19:42.739421 IP 10.0.0.1 > ${to}: ICMP echo request, id 7, seq 1, length 64\n`
  const ping = (to: string) => `$ ip netns exec a ping -c 1 ${to}\n`
  t.same(outside(link + ping('10.7.0.5') + capture('10.7.0.5')), [OURS, '10.7.0.5'])
  t.same(outside(link + ping('10.7.0.5') + capture('10.7.0.9')), [OURS])
  t.same(outside(link + ping('10.8.0.5') + capture('10.8.0.5')), [OURS], 'not behind a gateway')
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

t.test('an address of a network of containers is nobody’s behind the gateway', async t => {
  const reply = '$ ping -c 1 172.18.0.1\n64 bytes from 172.18.0.1: icmp_seq=1'
  for (const option of ['--subnet 172.18.0.0/16', '--subnet=172.18.0.0/16']) {
    t.same(outside(`$ docker network create ${option} net1\n${reply}`), [OURS])
  }
  t.same(outside(`$ docker network ls\n${reply}`), [OURS, '172.18.0.1'])
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
  const resolved = 'Resolving example.com (example.com)... 2606:2800:220::1, 93.184.216.34'
  t.same(outside(`$ wget http://example.com/\n${resolved}`), [OURS, '93.184.216.34 example.com'])
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

const MOVED = `<HTML><HEAD><TITLE>301 Moved</TITLE></HEAD><BODY>
<H1>301 Moved</H1>
The document has moved
</BODY></HTML>
`
const HEAD = 'HTTP/1.1 301 Moved Permanently\nLocation: http://www.example.com/\nDate: today'

t.test('a page is what the document shows of it', async t => {
  const http = 'hello from example.com\n'
  t.same(answered('$ curl example.com'), { http })
  t.same(answered(`$ curl example.com\n${MOVED}`), { http: MOVED })
  t.same(answered(`$ wget -qO- example.com\n${MOVED}`), { http: MOVED })
  const headers = { Location: 'http://www.example.com/' }
  t.same(answered(`$ curl -I example.com\n${HEAD}`), { status: 301, headers, http })
  t.same(answered(`$ curl -I example.com\n${HEAD}\n$ curl example.com\n${MOVED}`), {
    status: 301,
    headers,
    http: MOVED,
  })
  const verbose =
    '* Connected\n> GET / HTTP/1.1\n< HTTP/1.1 404 Not Found\n< Content-Type: text/html\n<'
  t.same(answered(`$ curl -v example.com\n${verbose}`), {
    status: 404,
    headers: { 'Content-Type': 'text/html' },
    http,
  })
  const code = "$ curl -s -o /dev/null -w '%{http_code}\\n' example.com"
  t.same(answered(`${code}\n204`), { status: 204, http })
})

t.test(
  'not of the page are lines of tools, and what is cut, or leads who follows astray',
  async t => {
    const http = 'hello from example.com\n'
    for (const shown of [
      `$ curl example.com\n${MOVED}...`,
      `$ curl example.com | head -1\n<HTML>`,
      '$ curl example.com\n  % Total    % Received\n<HTML>',
      '$ wget http://example.com\n--2024-01-01 10:00:00--  http://example.com/\nSaving to: index.html',
      '$ curl example.com\ncurl: (7) Failed to connect to example.com port 80',
      `$ curl -I example.com\n${HEAD}\n$ curl -sL example.com`,
      `$ curl -IL example.com\n${HEAD}\n\nHTTP/1.1 200 OK`,
    ]) {
      t.same(answered(shown), { http }, shown)
    }
    const frontMatter = {
      outside: [{ address: '198.51.100.7', names: ['example.com'], http: 'ours' }],
    }
    t.same(answered(`$ curl example.com\n${MOVED}`, frontMatter), { http: 'ours' })
  },
)

t.test('of a page that is not shown, it is what grep found in it', async t => {
  const grep = (what: string, shown: string) => `$ curl -s example.com | grep ${what}\n${shown}`
  const title = '<title>Example Domain</title>'
  const asked = grep("-o '<title>.*</title>'", title)
  t.same(answered(asked), { http: `${title}\n` })
  t.same(answered(`${asked}\n${asked}\n${grep('h1', '<h1>Hi</h1>')}`), {
    http: `${title}\n<h1>Hi</h1>\n`,
  })
  t.same(answered(`${asked}\n$ curl -s example.com\n${MOVED}`), { http: MOVED })
  const http = 'hello from example.com\n'
  t.same(answered(grep('-c title', '1')), { http })
  t.same(answered('$ curl -sI example.com | grep -i location\nLocation: /b'), { http })
})

t.test('nobody behind the gateway says what the own server of a document is to say', async t => {
  const http = (to: string) => `hello from ${to}\n`
  const asked = (to: string, page: string, ahead = '$ ip link') =>
    planOf(`\`\`\`\n${ahead}\n$ curl -s ${to}\n${page}\n\`\`\``).parts[0]!.outside.at(-1)
  const own = { isDoubtful: true }
  t.match(asked('10.96.0.10', 'Welcome to nginx!'), { ...own, http: http('10.96.0.10') })
  const written = '$ echo "hello from pod" > index.html'
  t.match(asked('203.0.113.9', 'hello from pod', written), { ...own, http: http('203.0.113.9') })
  t.match(asked('example.com', 'hello from pod', written), { ...own, http: http('example.com') })
  const said = '$ ip addr add 10.0.0.2/24 dev a\n$ curl -s 10.0.0.2\n<h1>Welcome</h1>'
  t.match(asked('203.0.113.9', '<h1>Welcome</h1>', said), { ...own, http: http('203.0.113.9') })
  const page = asked('ifconfig.me', '203.0.113.9', '$ ip route add 203.0.113.9 dev a')
  t.match(page, { isDoubtful: undefined, http: '203.0.113.9\n' })
})
