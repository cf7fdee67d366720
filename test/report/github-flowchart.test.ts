import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import t from 'tap'
import { oneLine } from '../../src/report/drawing/visible.ts'
import { flowchart } from '../../src/report/github/flowchart.ts'
import type { RunEvent, TopologySeen } from '../../src/runner/events.ts'
import { allStreams, hostile, hostileTexts, twoHosts } from './streams.ts'

const mermaid = fileURLToPath(import.meta.resolve('@mermaid-js/tiny/dist/mermaid.tiny.js'))

function chromiumPath(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

const executablePath = chromiumPath()
const skip = executablePath === undefined ? 'chromium is not installed' : false

/** Draws as GitHub does, and says what there is to read; rejects what Mermaid cannot read. */
const DRAW = `
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })
  async function draw(text, id) {
    await mermaid.parse(text)
    document.body.innerHTML = (await mermaid.render(id, text)).svg
    const texts = selector => [...document.querySelectorAll(selector)].map(one => one.textContent)
    return {
      nodes: texts('.node .nodeLabel'),
      hosts: texts('.cluster .nodeLabel'),
      dotted: document.querySelectorAll('path.edge-pattern-dotted').length,
      wires: document.querySelectorAll('path.flowchart-link').length,
      foreign: document.body.querySelectorAll('script, img, a, iframe').length,
    }
  }`

interface Drawn {
  nodes: string[]
  hosts: string[]
  dotted: number
  wires: number
  foreign: number
}

let drawings = 0
const drawn = (page: Page, text: string) =>
  page.evaluate<Drawn>(`draw(${JSON.stringify(text)}, 'drawing${drawings++}')`)

const topologiesIn = (events: readonly RunEvent[]) =>
  events.filter((event): event is TopologySeen => event.type === 'topology')

t.test('Mermaid draws what was built', { skip }, async t => {
  // Debian's chromium starts no sandbox of its own as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath: executablePath ?? '', args })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', error => void errors.push(error.message))
  await page.setContent('<!doctype html><meta charset="utf-8"><body></body>')
  await page.addScriptTag({ path: mermaid })
  await page.addScriptTag({ content: DRAW })

  await t.test('hosts around what is in them, tunnels dashed', async t => {
    const { nodes, hosts, dotted, wires } = await drawn(page, flowchart(twoHosts)!)
    t.same(hosts.sort(), ['alpha host', 'beta host'])
    t.match(nodes, ['wan segment'])
    for (const text of ['web', '10.0.1.2/24', 'blue bridge', '192.0.2.1/24', 'VXLAN 42']) {
      t.ok(
        nodes.some(node => node.includes(text)),
        text,
      )
    }
    t.ok(nodes.some(node => node.includes('NAT MASQUERADE 10.0.1.0/24 → eth0')))
    t.equal(dotted, 2)
    t.equal(wires, 9)
  })

  await t.test('every recorded lab', async t => {
    const all = Object.values(allStreams).flatMap(topologiesIn)
    t.ok(all.length > 20)
    for (const topology of all) {
      const { nodes, foreign } = await drawn(page, flowchart(topology)!)
      t.ok(nodes.length > 0)
      t.equal(foreign, 0)
    }
  })

  await t.test('hostile labels are nothing but text', async t => {
    const topologies = topologiesIn(hostile)
    for (const [i, [kind, text]] of Object.entries(hostileTexts).entries()) {
      const label = oneLine(text).trim()
      // Longer ones are cut.
      if (label.length > 40 || label === '') continue
      const { nodes } = await drawn(page, flowchart(topologies[i]!)!)
      t.ok(
        nodes.some(node => node.includes(label)),
        kind,
        { label, nodes },
      )
    }
  })

  await t.test('which it would not be unescaped', async t => {
    const i = Object.keys(hostileTexts).indexOf('mermaid')
    const text = flowchart(topologiesIn(hostile)[i]!)!
    t.match(text, '#34;')
    await t.rejects(drawn(page, text.replaceAll('#34;', '"')), { message: /Parse error|Lexical/ })
  })

  t.same(errors, [])
})

t.test('a lab with nothing in it has no drawing', async t => {
  t.equal(flowchart({ nodes: [], networks: [] }), undefined)
})

t.test('a cable that is pulled is said to be', async t => {
  const nodes = twoHosts.nodes.map(node =>
    node.id === 'beta'
      ? { ...node, links: node.links.map(link => ({ ...link, isUp: link.name !== 'eth0' })) }
      : node,
  )
  t.match(flowchart({ ...twoHosts, nodes }), /---\|down\|/)
  t.notMatch(flowchart(twoHosts), 'down')
})

t.test('no label begins like a list', async t => {
  const named = (label: string) => {
    const [first, ...others] = twoHosts.nodes
    return flowchart({ ...twoHosts, nodes: [{ ...first!, label }, ...others] })!
  }
  t.match(named('- dash'), '"#45; dash segment"')
  t.match(named('1. one'), '"1#46; one segment"')
  t.match(named('1.5 a-b'), '"1.5 a-b segment"')
})
