import type { Box, BoxKind, Row, Wire, WireEnd, WireKind } from '../box.ts'

interface WireOptions {
  isDown?: boolean
  hint?: string
}

/** Boxes get their numbers here, and say where the wires of a link end. */
export class Wiring {
  readonly wires: Wire[] = []
  readonly #ends = new Map<string, WireEnd>()
  #boxes = 0

  box(kind: BoxKind, rows: Row[], hint: string, children: Box[] = []): Box {
    return { id: `b${this.#boxes++}`, kind, rows, hint, children }
  }

  ends(node: string, link: string, end: WireEnd): void {
    this.#ends.set(JSON.stringify([node, link]), end)
  }

  /** Every link that a box has a row for ends at that row. */
  endInRows(node: string, box: Box, place: number): void {
    for (const [row, { link }] of box.rows.entries()) {
      if (link !== undefined) this.ends(node, link, { box: box.id, row, place })
    }
  }

  endOf(node: string, link: string): WireEnd | undefined {
    return this.#ends.get(JSON.stringify([node, link]))
  }

  /** From left to right, whichever of the two is left. */
  connect(kind: WireKind, one: WireEnd, other: WireEnd, options: WireOptions = {}): void {
    const { isDown = false, hint = '' } = options
    const [left, right] = one.place <= other.place ? [one, other] : [other, one]
    this.wires.push({ kind, left, right, isDown, hint })
  }
}
