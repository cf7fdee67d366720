import t from 'tap'
import { listing, rows, typed } from './typed-listing.ts'

const left = (text: string, language = '') =>
  typed(`\`\`\`${language}\n${text}\n\`\`\``).leftAlone.map(({ what }) => what)

void t.test('listings that no shell reads are left alone, with what they are', t => {
  const cases: [text: string, what: string, language?: string][] = [
    ['+----+     +----+\n| br |<--->| ns |\n+----+     +----+', 'a drawing', 'bash'],
    [
      '  web             db\n10.0.0.1        10.0.0.2\n    │               │\n────┴───────────────┴───',
      'a drawing',
    ],
    ['eth0 <---> veth0', 'a drawing', 'text'],
    ['web    db\na.1    a.2\nx=1    x=2\n │      │\npod    pod\n─┴──────┴─  the host', 'a drawing'],
    ['Host1 (192.0.2.1)    Host2 (192.0.2.2)\n   VTEP1                VTEP2', 'a drawing'],
    ['Host     Container\nbr (192.0.2.1)  eth0\n  |       |\nveth1 ------- veth2', 'a drawing'],
    ['NAME     STATE\nred      up', 'text that is no command'],
    ['graph LR\n  a --> b', 'a drawing', 'mermaid'],
    ['NAME\n       ip-netns - manage\nSYNOPSIS\n       ip netns', 'a man page'],
    ['Usage: brctl [commands]\n  addbr <bridge>', 'a usage text'],
    ['type Network struct {\n    Name string\n}', 'Go', 'go'],
    ['package main\n\nfunc main() {}', 'Go'],
    ['import socket\ns = socket.socket()', 'Python'],
    ['#include <stdio.h>\nint main(void) {', 'C'],
    ['apiVersion: v1\nkind: Pod', 'a configuration file (YAML)'],
    ['{\n  "cniVersion": "0.3.1",\n  "name": "a"\n}', 'JSON'],
    ['[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true', 'a configuration file'],
    ['auto br0\niface br0 inet static', 'a configuration file'],
    ['FROM debian\nRUN apt-get install iproute2', 'a Dockerfile'],
    ['PS C:\\> ping 192.0.2.1', 'PowerShell'],
    ['mysql> show tables;', 'a dialogue with a program'],
    ['Router# show ip route', "a router's own command line"],
    ['▼ Shell | 复制代码', "a page's name and button of a listing"],
    ['# -t nat: 配置的是nat表\n# -j 代表action', 'comments only', 'bash'],
    ['some words', 'text that is no command'],
    ['x = 1', '"prolog"', 'prolog'],
  ]
  for (const [text, what, language] of cases) t.strictSame(left(text, language), [what], text)
  t.end()
})

void t.test('commands count more than what stands behind the fence', t => {
  t.strictSame(rows(typed('```js\n$ ip netns\nns1\n```')), [['ip netns', 'ns1']])
  t.strictSame(rows(typed('```python\nsudo ip netns add a\n```')), [['sudo ip netns add a']])
  t.strictSame(rows(typed('```{.bash .numberLines}\nmytool --a\n```')), [['mytool --a']])
  t.strictSame(rows(typed('```Bash\nip link\n```')), [['ip link']])
  t.end()
})

void t.test('words below a rule are nobody’s output', t => {
  const text = `[1.2]# ip netns add a\n${'-'.repeat(40)}\n\n[1.3] - a bridge\n[1.4] - its port`
  t.strictSame(listing(`${text}\n[1.3]# brctl addbr b`), [['ip netns add a'], ['brctl addbr b']])
  t.strictSame(listing('$ ip link\n----------\n1: lo: <UP>'), [['ip link', '1: lo: <UP>']])
  t.strictSame(listing('$ virsh list\n Id Name\n----------\n 1  a'), [
    ['virsh list', ' Id Name', '----------', ' 1  a'],
  ])
  t.end()
})

void t.test('what a command prints in another language is its output', t => {
  t.strictSame(rows(typed('```\n$ cat a.py\nimport socket\n```')), [['cat a.py', 'import socket']])
  t.strictSame(rows(typed('```\n$ ip -j route\n```\n\n```json\n[{"dst": "default"}]\n```')), [
    ['ip -j route', '[{"dst": "default"}]'],
  ])
  t.strictSame(rows(typed('```\n$ ip link set a up\n```\n\n```go\npackage main\n```')), [
    ['ip link set a up'],
  ])
  t.end()
})
