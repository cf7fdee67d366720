import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from 'elkjs'
import { PADDING, rowMiddle, sizeOf, type Box, type Plan, type WireEnd } from '../box.ts'
import { pitchesOf } from './pitch.ts'
import { ROW_HEIGHT, textWidth } from '../text-size.ts'
import { routeOf, type Side } from './wire-route.ts'

/** Between boxes above each other. */
const BOX_GAP = 14

/** For every graph in the graph: none is passed on to those inside. */
const GRAPH: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  // What was made first stands above.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.spacing.nodeNode': String(BOX_GAP),
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.labelPort': '3',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
}

const ROOT: LayoutOptions = {
  ...GRAPH,
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
}

/** What is held by its rows ends wires at a row; the others wherever there is room on a side. */
const endsAnywhere = ({ kind }: Box) =>
  kind === 'bridge' || kind === 'routing' || kind === 'segment' || kind === 'tunnel'

/** Builds the graph that the layout library reads: a graph inside of each box that holds others. */
class ElkGraph {
  readonly #plan: Plan
  readonly #pitches: ReadonlyMap<string, number>
  /** By box, by id. */
  readonly #ports = new Map<string, Map<string, ElkPort>>()
  /** By the box that they are drawn in; '' is the drawing itself. */
  readonly #edges = new Map<string, ElkExtendedEdge[]>()

  constructor(plan: Plan) {
    this.#plan = plan
    this.#pitches = pitchesOf(plan, BOX_GAP)
  }

  build(): ElkNode {
    for (const [i, route] of routeOf(this.#plan).entries()) {
      for (const [part, { within, from, to }] of route.entries()) {
        const edge = {
          id: `w${i}.${part}`,
          sources: [this.#port(from.end, i, from.side)],
          targets: [this.#port(to.end, i, to.side)],
        }
        this.#edges.set(within, [...(this.#edges.get(within) ?? []), edge])
      }
    }
    return {
      id: 'root',
      children: this.#plan.boxes.map(box => this.#node(box)),
      edges: this.#edges.get('') ?? [],
      layoutOptions: ROOT,
    }
  }

  /** Wires that end at the same row share a port. */
  #port({ box, row, label }: WireEnd, wire: number, side: Side): string {
    const own = this.#ports.get(box) ?? new Map<string, ElkPort>()
    this.#ports.set(box, own)
    const id = `${box}.${row === undefined ? `w${wire}` : `r${row}`}.${side}`
    own.set(id, {
      id,
      width: 0,
      height: 0,
      ...(row === undefined ? {} : { y: rowMiddle(row) }),
      ...(label === undefined
        ? {}
        : { labels: [{ text: label, width: textWidth(label), height: 14 }] }),
      layoutOptions: {
        'elk.port.side': side,
        // Clockwise: down the right side, up the left.
        'elk.port.index': String(side === 'EAST' ? wire : -wire),
      },
    })
    return id
  }

  #node(box: Box): ElkNode {
    const ports = [...(this.#ports.get(box.id)?.values() ?? [])]
    if (box.children.length > 0) return this.#graphInside(box, ports)
    const { width, height } = sizeOf(box.rows)
    return endsAnywhere(box)
      ? this.#switch(box, ports)
      : {
          id: box.id,
          width,
          height,
          ports: ports.map(port => ({
            ...port,
            x: port.layoutOptions?.['elk.port.side'] === 'EAST' ? width : 0,
          })),
          layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        }
  }

  #graphInside(box: Box, ports: ElkPort[]): ElkNode {
    const { width, height } = sizeOf(box.rows)
    const top = PADDING + box.rows.length * ROW_HEIGHT + 4
    return {
      id: box.id,
      ports,
      children: box.children.map(child => this.#node(child)),
      edges: this.#edges.get(box.id) ?? [],
      layoutOptions: {
        ...GRAPH,
        'elk.portConstraints': 'FIXED_SIDE',
        'elk.padding': `[top=${top},left=14,bottom=14,right=14]`,
        'elk.nodeSize.constraints': 'MINIMUM_SIZE',
        'elk.nodeSize.minimum': `(${width},${height})`,
      },
    }
  }

  /** As high as its ports need to be as far apart as what they lead to. */
  #switch(box: Box, ports: ElkPort[]): ElkNode {
    const { width, height } = sizeOf(box.rows)
    const pitch = this.#pitches.get(box.id) ?? ROW_HEIGHT
    const onSide = (side: Side) =>
      ports.filter(port => port.layoutOptions?.['elk.port.side'] === side).length
    const needed = (Math.max(onSide('EAST'), onSide('WEST')) - 1) * pitch + 2 * BOX_GAP
    return {
      id: box.id,
      width,
      height: Math.max(height, needed),
      ports,
      layoutOptions: {
        'elk.portConstraints': 'FIXED_ORDER',
        'elk.portLabels.placement': '[OUTSIDE]',
        'elk.portAlignment.default': 'CENTER',
        'elk.spacing.individual': `elk.spacing.portPort:${pitch}`,
      },
    }
  }
}

/** The plan in the words of the layout library. */
export function elkGraph(plan: Plan): ElkNode {
  return new ElkGraph(plan).build()
}
