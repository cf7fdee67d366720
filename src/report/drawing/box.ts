import { ROW_HEIGHT, textWidth } from './text-size.ts'

/** How a piece of text looks; never the only sign of what it says. */
export type Tone = 'plain' | 'title' | 'dim' | 'down' | 'nat'

export interface Part {
  text: string
  tone: Tone
}

/** A line of text in a box. */
export interface Row {
  parts: Part[]
  /** The link that it is about: wires of that link end at this row. */
  link?: string
}

/**
 * `routing`: where a host routes between links that are no bridge's ports. `tunnel`: what a
 * tunnel's ends share.
 */
export type BoxKind = 'host' | 'container' | 'segment' | 'bridge' | 'routing' | 'device' | 'tunnel'

export interface Box {
  id: string
  kind: BoxKind
  rows: Row[]
  children: Box[]
  /** What a pointer that rests on it shows: all that had to be shortened. */
  hint: string
}

/** Where a wire ends. */
export interface WireEnd {
  box: string
  /** The row it ends at; none: anywhere along a side. */
  row?: number
  /** A port's name, at the port. */
  label?: string
  /** Wires go from smaller to greater, left to right. */
  place: number
}

/** `order` is not drawn: it keeps the order in which a packet meets things. */
export type WireKind = 'veth' | 'port' | 'tunnel' | 'order'

export interface Wire {
  kind: WireKind
  left: WireEnd
  right: WireEnd
  isDown: boolean
  /** What a pointer that rests on it shows. */
  hint: string
}

/** What is to be drawn, before anything has a place. */
export interface Plan {
  boxes: Box[]
  wires: Wire[]
}

export const PADDING = 10
const GAP = textWidth(' ')

export function rowText(row: Row): string {
  return row.parts.map(({ text }) => text).join(' ')
}

export function rowWidth(row: Row): number {
  const widths = row.parts.map(({ text }) => textWidth(text))
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1)
}

/** What the rows of a box need, in pixels. */
export function sizeOf(rows: readonly Row[]): { width: number; height: number } {
  return {
    width: Math.max(...rows.map(rowWidth), 20) + 2 * PADDING,
    height: Math.max(rows.length, 1) * ROW_HEIGHT + PADDING,
  }
}

/** The middle of a row, from the top of its box. */
export function rowMiddle(row: number): number {
  return PADDING / 2 + (row + 0.5) * ROW_HEIGHT
}
