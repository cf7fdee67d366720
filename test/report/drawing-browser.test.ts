import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import t from 'tap'
import { drawTopology } from '../../src/report/drawing/drawing.ts'
import { isWithoutBrowser, launch, openFile } from './browser.ts'
import { twoHosts } from './streams.ts'
import { cluster, crowd, routed } from './topologies.ts'

/** Pairs of texts that the browser draws over each other, and texts outside of their boxes. */
const COLLISIONS = `(() => {
  const overlap = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right &&
    a.top + 3 < b.bottom && b.top + 3 < a.bottom
  const texts = [...document.querySelectorAll('text')].map(text =>
    ({ name: text.textContent, place: text.getBoundingClientRect(), text }))
  const crossing = texts.flatMap((one, i) => texts.slice(i + 1)
    .filter(other => overlap(one.place, other.place))
    .map(other => one.name + ' over ' + other.name))
  const leaving = texts.filter(({ text }) => text.className.baseVal !== 'label')
    .filter(({ place, text }) => {
      const box = text.parentElement.querySelector(':scope > rect').getBoundingClientRect()
      return place.right > box.right || place.left < box.left || place.bottom > box.bottom
    }).map(({ name }) => name + ' leaves its box')
  return [texts.length, ...crossing, ...leaving]
})()`

t.test('what the browser draws is where it was measured', { skip: isWithoutBrowser }, async t => {
  const browser = await launch()
  t.teardown(() => browser.close())
  const labelled = (label: string) => ({
    ...twoHosts,
    nodes: twoHosts.nodes.map(node => ({ ...node, label })),
  })
  const drawn = {
    'two hosts': twoHosts,
    'sixty containers': crowd(60),
    'sixty nodes and a tunnel': cluster({ hosts: 6, containers: 9, pulled: 'h3', down: 'c1-2' }),
    'no bridge': routed(),
    japanese: labelled('日本語のネットワーク'),
    emoji: labelled('family 👩‍👩‍👧‍👦 flag 🏴‍☠️'),
  }
  const folder = t.testdir()
  for (const [name, topology] of Object.entries(drawn)) {
    const file = path.join(folder, `${name}.svg`)
    await writeFile(file, await drawTopology(topology))
    const { page, problems } = await openFile(browser, file)
    const [texts, ...found] = await page.evaluate<[number, ...string[]]>(COLLISIONS)
    t.ok(texts > 10, `${name}: ${texts} texts`)
    t.strictSame(found, [], name)
    t.strictSame(problems, [])
    await page.context().close()
  }
})
