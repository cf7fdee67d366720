import type { ELK, ElkNode, ElkPoint } from 'elkjs'
import type { Box, Plan, Wire } from '../box.ts'
import { elkGraph } from './elk-graph.ts'

/** In pixels from the drawing's upper left corner. */
export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedBox extends Rectangle {
  box: Box
  children: PlacedBox[]
}

export interface PlacedWire {
  wire: Wire
  points: ElkPoint[]
}

/** A port's name, next to its port. */
export interface PlacedLabel extends Rectangle {
  text: string
}

/** Everything has its place. */
export interface Layout {
  width: number
  height: number
  boxes: PlacedBox[]
  wires: PlacedWire[]
  labels: PlacedLabel[]
}

function rectangle({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle {
  return { x, y, width, height }
}

function placed(boxes: readonly Box[], nodes: readonly ElkNode[]): PlacedBox[] {
  const byId = new Map(nodes.map(node => [node.id, node]))
  return boxes.map(box => {
    const node = byId.get(box.id)
    return {
      ...rectangle(node ?? {}),
      box,
      children: placed(box.children, node?.children ?? []),
    }
  })
}

function* labelsOf(node: ElkNode): Generator<PlacedLabel> {
  for (const port of node.ports ?? []) {
    for (const label of port.labels ?? []) yield { ...rectangle(label), text: label.text ?? '' }
  }
  for (const child of node.children ?? []) yield* labelsOf(child)
}

/** The pieces of a wire by its number, each from left to right. */
function* piecesOf(node: ElkNode): Generator<[wire: number, part: number, points: ElkPoint[]]> {
  for (const { id, sections } of node.edges ?? []) {
    const [wire = 0, part = 0] = id.slice(1).split('.').map(Number)
    for (const { startPoint, bendPoints = [], endPoint } of sections ?? []) {
      yield [wire, part, [startPoint, ...bendPoints, endPoint]]
    }
  }
  for (const child of node.children ?? []) yield* piecesOf(child)
}

/** Without the points on a straight line between others: where a wire goes through a border. */
function bends(points: readonly ElkPoint[]): ElkPoint[] {
  const isSame = (a: number, b: number) => Math.abs(a - b) < 0.1
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]]
    if (before === undefined || after === undefined) return true
    const isVertical = isSame(before.x, point.x) && isSame(point.x, after.x)
    const isLevel = isSame(before.y, point.y) && isSame(point.y, after.y)
    return !isVertical && !isLevel
  })
}

let engine: Promise<ELK> | undefined

/** The layout library starts as slowly as it is large: only who draws loads it. */
async function load(): Promise<ELK> {
  const { default: constructor } = await import('elkjs')
  return new constructor.default()
}

/** Finds a place for everything. */
export async function layOut(plan: Plan): Promise<Layout> {
  engine ??= load()
  const graph = await (await engine).layout(elkGraph(plan))
  const wires = plan.wires.map((): ElkPoint[][] => [])
  for (const [wire, part, points] of piecesOf(graph)) {
    const pieces = wires[wire]
    if (pieces !== undefined) pieces[part] = points
  }
  return {
    width: graph.width ?? 0,
    height: graph.height ?? 0,
    boxes: placed(plan.boxes, graph.children ?? []),
    wires: plan.wires.map((wire, i) => ({ wire, points: bends(wires[i]?.flat() ?? []) })),
    labels: [...labelsOf(graph)],
  }
}
