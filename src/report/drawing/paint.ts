import type { ElkPoint } from 'elkjs'
import { PADDING, rowMiddle, rowText, rowWidth, type Row } from './box.ts'
import type { Layout, PlacedBox, PlacedLabel, PlacedWire } from './layout/layout.ts'
import { FONT_SIZE, isOfKnownWidth } from './text-size.ts'
import { visible } from './visible.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as XML and HTML take it, between tags and in attributes. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
}

const hint = (text: string) => (text === '' ? '' : `<title>${escaped(text)}</title>`)
const at = (number: number) => String(Math.round(number * 10) / 10)

function rowSvg(row: Row, x: number, y: number): string {
  const parts = row.parts.map(({ text, tone }) =>
    tone === 'plain' ? escaped(text) : `<tspan class="${tone}">${escaped(text)}</tspan>`,
  )
  const length = isOfKnownWidth(rowText(row))
    ? ''
    : ` textLength="${rowWidth(row)}" lengthAdjust="spacingAndGlyphs"`
  const baseline = y + FONT_SIZE * 0.35
  return `<text x="${at(x)}" y="${at(baseline)}"${length}>${parts.join(' ')}</text>`
}

/** Two arrows that pass each other, as on the front of a switch. */
const SWITCH = '<path class="sign" d="M-7-2.5H5m0 0-3-3m3 3M7 2.5H-5m0 0 3 3m-3-3"/>'

function boxSvg({ box, children, x, y, width, height }: PlacedBox): string {
  const round = box.kind === 'tunnel' ? 12 : box.kind === 'container' ? 6 : 3
  const rows = box.rows.map((row, i) => rowSvg(row, x + PADDING, y + rowMiddle(i)))
  const sign =
    box.kind === 'segment' && height > 60
      ? `<g transform="translate(${at(x + width / 2)} ${at(y + height - 14)})">${SWITCH}</g>`
      : ''
  return [
    `<g class="${box.kind}">${hint(box.hint)}`,
    `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" rx="${round}"/>`,
    ...rows,
    sign,
    ...children.map(boxSvg),
    '</g>',
  ].join('')
}

/** Through all points, the corners rounded. */
function pathOf(points: readonly ElkPoint[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let path = `M${at(first.x)} ${at(first.y)}`
  for (const [i, point] of rest.entries()) {
    const before = points[i] ?? first
    const after = rest[i + 1]
    if (after === undefined) return `${path}L${at(point.x)} ${at(point.y)}`
    const enter = towards(point, before)
    const leave = towards(point, after)
    path += `L${at(enter.x)} ${at(enter.y)}Q${at(point.x)} ${at(point.y)} ${at(leave.x)} ${at(leave.y)}`
  }
  return path
}

function towards(from: ElkPoint, to: ElkPoint): ElkPoint {
  const distance = Math.hypot(to.x - from.x, to.y - from.y)
  const part = distance === 0 ? 0 : Math.min(5, distance / 2) / distance
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

/** On its longest stretch, away from what stands at its ends. */
function crossOf({ wire: { left, right }, points }: PlacedWire): ElkPoint | undefined {
  const part = left.label === right.label ? 0.5 : right.label === undefined ? 0.7 : 0.3
  let longest = -1
  let found: ElkPoint | undefined
  for (const [i, point] of points.slice(1).entries()) {
    const before = points[i] ?? point
    const length = Math.abs(point.x - before.x) + Math.abs(point.y - before.y)
    if (length <= longest) continue
    longest = length
    found = {
      x: before.x + (point.x - before.x) * part,
      y: before.y + (point.y - before.y) * part,
    }
  }
  return found
}

function wireSvg(placed: PlacedWire): string {
  const { wire, points } = placed
  const [first, last] = [points[0], points.at(-1)]
  if (wire.kind === 'order' || first === undefined || last === undefined) return ''
  const path = `<path d="${pathOf(points)}"/>`
  const ports = [first, last].map(
    ({ x, y }) => `<rect x="${at(x - 3)}" y="${at(y - 3)}" width="6" height="6"/>`,
  )
  const cross = wire.isDown ? crossOf(placed) : undefined
  const sign =
    cross === undefined
      ? ''
      : `<path class="cross" d="M${at(cross.x - 4)} ${at(cross.y - 4)}l8 8m0-8-8 8"/>`
  const down = wire.isDown ? ' down' : ''
  return `<g class="wire ${wire.kind}${down}">${hint(wire.hint)}${path}${ports.join('')}${sign}</g>`
}

function labelSvg({ text, x, y, width, height }: PlacedLabel): string {
  const length = isOfKnownWidth(text)
    ? ''
    : ` textLength="${width}" lengthAdjust="spacingAndGlyphs"`
  const baseline = y + height / 2 + FONT_SIZE * 0.3
  return `<text class="label" x="${at(x)}" y="${at(baseline)}"${length}>${escaped(text)}</text>`
}

/** What stands in the `svg` element: boxes, over them wires, over them what ports are called. */
export function paint(layout: Layout): string {
  return [
    ...layout.boxes.map(boxSvg),
    ...layout.wires.map(wireSvg),
    ...layout.labels.map(labelSvg),
  ].join('')
}
