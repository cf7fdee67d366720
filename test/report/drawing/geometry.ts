import type { ElkPoint } from 'elkjs'
import { PADDING, rowMiddle, rowText, rowWidth } from '../../../src/report/drawing/box.ts'
import type {
  Layout,
  PlacedBox,
  PlacedLabel,
  Rectangle,
} from '../../../src/report/drawing/layout/layout.ts'
import { FONT_SIZE, ROW_HEIGHT, textWidth } from '../../../src/report/drawing/text-size.ts'

export interface Named extends Rectangle {
  name: string
}

const nameOf = ({ box }: PlacedBox) => `${box.kind} ${box.rows.map(rowText).join(' | ')}`

/** Less than a pixel is a rounding, not an overlap. */
const SLACK = 0.5

const overlaps = (a: Rectangle, b: Rectangle) =>
  a.x + SLACK < b.x + b.width &&
  b.x + SLACK < a.x + a.width &&
  a.y + SLACK < b.y + b.height &&
  b.y + SLACK < a.y + a.height

const isWithin = (inner: Rectangle, outer: Rectangle) =>
  inner.x + SLACK >= outer.x &&
  inner.y + SLACK >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width + SLACK &&
  inner.y + inner.height <= outer.y + outer.height + SLACK

export function* allBoxes(boxes: readonly PlacedBox[]): Generator<PlacedBox> {
  for (const box of boxes) {
    yield box
    yield* allBoxes(box.children)
  }
}

/** Every line of text, as wide as it may get. */
function textsOf({ boxes, labels }: Layout): Named[] {
  const rows = [...allBoxes(boxes)].flatMap(({ box, x, y }) =>
    box.rows.map((row, i) => ({
      name: rowText(row),
      x: x + PADDING,
      y: y + rowMiddle(i) - ROW_HEIGHT / 2,
      width: rowWidth(row),
      height: ROW_HEIGHT,
    })),
  )
  return [...rows, ...labels.map(({ text, ...place }) => ({ name: `port ${text}`, ...place }))]
}

/** The style sheet draws them smaller than they are measured. */
const LABEL_SCALE = 10.5 / FONT_SIZE

/** Where the text of a label is, however much room the layout left for it. */
function drawnLabel(label: PlacedLabel): PlacedLabel {
  const width = textWidth(label.text) * LABEL_SCALE
  return { ...label, y: label.y + label.height / 2 - 6, width, height: 12 }
}

function* pairs<T>(all: readonly T[]): Generator<[T, T]> {
  for (const [i, one] of all.entries()) for (const other of all.slice(i + 1)) yield [one, other]
}

function* siblings(boxes: readonly PlacedBox[]): Generator<[PlacedBox, PlacedBox]> {
  yield* pairs(boxes)
  for (const { children } of boxes) yield* siblings(children)
}

/** What one could not read, or would misread. */
export function collisions(laidOut: Layout): string[] {
  const found: string[] = []
  const layout = { ...laidOut, labels: laidOut.labels.map(drawnLabel) }
  for (const [a, b] of siblings(layout.boxes)) {
    if (overlaps(a, b)) found.push(`${nameOf(a)} overlaps ${nameOf(b)}`)
  }
  for (const [a, b] of pairs(textsOf(layout))) {
    if (overlaps(a, b)) found.push(`text "${a.name}" overlaps "${b.name}"`)
  }
  for (const outer of allBoxes(layout.boxes)) {
    for (const inner of outer.children) {
      if (!isWithin(inner, outer)) found.push(`${nameOf(inner)} leaves ${nameOf(outer)}`)
      const header = { ...outer, height: rowMiddle(outer.box.rows.length - 1) + ROW_HEIGHT / 2 }
      if (overlaps(inner, header)) found.push(`${nameOf(inner)} covers what ${nameOf(outer)} says`)
    }
    for (const row of outer.box.rows) {
      if (rowWidth(row) + PADDING > outer.width) found.push(`${rowText(row)} is wider than its box`)
    }
  }
  for (const { text, ...place } of layout.labels) {
    for (const box of allBoxes(layout.boxes)) {
      if (box.children.length === 0 && overlaps(place, box)) found.push(`port ${text} is covered`)
    }
  }
  const paper = { x: 0, y: 0, width: layout.width, height: layout.height }
  for (const box of layout.boxes) if (!isWithin(box, paper)) found.push(`${nameOf(box)} is cut off`)
  return found
}

function* stretches(points: readonly ElkPoint[]): Generator<Rectangle> {
  for (const [i, to] of points.slice(1).entries()) {
    const from = points[i] ?? to
    yield {
      x: Math.min(from.x, to.x),
      y: Math.min(from.y, to.y),
      width: Math.abs(from.x - to.x),
      height: Math.abs(from.y - to.y),
    }
  }
}

const isOnBorder = ({ x, y }: ElkPoint, box: Rectangle) =>
  (Math.abs(x - box.x) < 1 || Math.abs(x - box.x - box.width) < 1) &&
  y >= box.y - 1 &&
  y <= box.y + box.height + 1

/** Wires that do not end where they should, or go through a box. */
export function strayWires({ boxes, wires }: Layout): string[] {
  const found: string[] = []
  const all = [...allBoxes(boxes)]
  const byId = new Map(all.map(placed => [placed.box.id, placed]))
  for (const { wire, points } of wires) {
    if (wire.kind === 'order') continue
    const [first, last] = [points[0], points.at(-1)]
    const [left, right] = [byId.get(wire.left.box), byId.get(wire.right.box)]
    if (first === undefined || last === undefined || left === undefined || right === undefined) {
      found.push(`${wire.hint} is not drawn`)
      continue
    }
    if (!isOnBorder(first, left)) found.push(`${wire.hint} does not begin at ${nameOf(left)}`)
    if (!isOnBorder(last, right)) found.push(`${wire.hint} does not end at ${nameOf(right)}`)
    for (const box of all) {
      // Wires run through a box of boxes, below what it says.
      const isOuter = box.children.length > 0
      const height = isOuter ? rowMiddle(box.box.rows.length - 1) : box.height
      const shrunk = { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: height - 2 }
      for (const stretch of stretches(points)) {
        if (overlaps({ ...stretch, width: stretch.width + 1, height: stretch.height + 1 }, shrunk))
          found.push(`${wire.hint} goes through ${nameOf(box)}`)
      }
    }
  }
  return found
}
