import type { Box, Plan, WireEnd } from '../box.ts'

export type Side = 'EAST' | 'WEST'

/** A piece of a wire that is within one box; '' is the drawing itself. */
export interface RoutePart {
  within: string
  from: { end: WireEnd; side: Side }
  to: { end: WireEnd; side: Side }
}

/** The boxes around each box, from the outermost inwards. */
function ancestors(boxes: readonly Box[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const visit = (box: Box, around: string[]) => {
    found.set(box.id, around)
    for (const child of box.children) visit(child, [...around, box.id])
  }
  for (const box of boxes) visit(box, [])
  return found
}

/**
 * Each wire, from left to right, cut where it leaves and where it enters a box: the layout of every
 * box is found on its own, from the inside out.
 */
export function routeOf({ boxes, wires }: Plan): RoutePart[][] {
  const around = ancestors(boxes)
  return wires.map(({ left, right }) => {
    const [fromLeft, fromRight] = [around.get(left.box) ?? [], around.get(right.box) ?? []]
    const common = fromLeft.filter((box, i) => fromRight[i] === box).length
    const parts: RoutePart[] = []
    let from: RoutePart['from'] = { end: left, side: 'EAST' }
    for (const box of fromLeft.slice(common).toReversed()) {
      const border = { end: { box, place: left.place }, side: 'EAST' } as const
      parts.push({ within: box, from, to: border })
      from = border
    }
    let within = fromLeft[common - 1] ?? ''
    for (const box of fromRight.slice(common)) {
      const border = { end: { box, place: right.place }, side: 'WEST' } as const
      parts.push({ within, from, to: border })
      from = border
      within = box
    }
    parts.push({ within, from, to: { end: right, side: 'WEST' } })
    return parts
  })
}
