import { sizeOf, type Box, type Plan } from '../box.ts'
import { ROW_HEIGHT } from '../text-size.ts'

/** Heights of boxes that stand side by side, with the gap between them. */
function heightsOf(boxes: readonly Box[], gap: number): Map<string, number> {
  const heights = new Map<string, number>()
  const visit = (box: Box) => {
    const isOneBox = box.children.length === 0
    if (isOneBox && (box.kind === 'container' || box.kind === 'host')) {
      heights.set(box.id, sizeOf(box.rows).height + gap)
    }
    for (const child of box.children) visit(child)
  }
  for (const box of boxes) visit(box)
  return heights
}

/**
 * How far the ports of each switch are apart. Where a side leads to containers or hosts alone, as
 * far as those, so that wires are straight; what is inside of other boxes has its own distance.
 */
export function pitchesOf({ boxes, wires }: Plan, gap: number): Map<string, number> {
  const heights = heightsOf(boxes, gap)
  const sides = new Map<string, { left: number[]; right: number[] }>()
  const sidesOf = (box: string) => {
    const found = sides.get(box) ?? { left: [], right: [] }
    sides.set(box, found)
    return found
  }
  for (const { left, right, kind } of wires) {
    if (kind === 'order') continue
    sidesOf(left.box).right.push(heights.get(right.box) ?? ROW_HEIGHT)
    sidesOf(right.box).left.push(heights.get(left.box) ?? ROW_HEIGHT)
  }
  const pitches = [...sides].map(([box, { left, right }]) => {
    const busier = left.length < right.length ? right : left
    return [box, busier.length < 2 ? ROW_HEIGHT : Math.min(...busier)] as const
  })
  return new Map(pitches)
}
