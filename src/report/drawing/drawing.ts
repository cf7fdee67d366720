import type { Topology } from '../../runner/events.ts'
import { layOut } from './layout/layout.ts'
import { escaped, paint } from './paint.ts'
import { planOf } from './plan.ts'
import { DRAWING_STYLE, OWN_STYLE } from './style.ts'
import { descriptionOf, summaryOf } from './summary.ts'

/** A topology drawn, for a page that brings `DRAWING_STYLE` and puts an `svg` around. */
export interface Drawing {
  width: number
  height: number
  /** What stands in the `svg` element of class `drawing`. */
  content: string
}

export async function drawingOf(topology: Topology): Promise<Drawing> {
  const { width, height, ...placed } = await layOut(planOf(topology))
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    content: paint({ width, height, ...placed }),
  }
}

/**
 * An SVG file of what was built: hosts around their bridges, interfaces and containers, segments
 * between them, veth pairs from port to port, tunnels dashed, links that are down dotted with a
 * cross. It is light or dark as its reader is, and has no script.
 */
export async function drawTopology(topology: Topology): Promise<string> {
  const { width, height, content } = await drawingOf(topology)
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" ${size}>`,
    `<title>${escaped(summaryOf(topology))}</title>`,
    `<desc>${escaped(descriptionOf(topology))}</desc>`,
    `<style>${OWN_STYLE}${DRAWING_STYLE}</style>${content}</svg>\n`,
  ].join('\n')
}
