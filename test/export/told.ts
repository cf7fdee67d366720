import { Recorder, type Recording } from '../../src/export/recording.ts'
import type { Expectation, RunEvent, Topology, TopologyNode } from '../../src/runner/events.ts'

type Told =
  | { shell: string; step?: number }
  | { node: string; command: string; exitCode?: number | null; step?: number }
  | (Pick<Expectation, 'title' | 'command'> & Partial<Expectation>)
  | { step: number; path: string[] }
  | { note: string }

function eventOf(told: Told): RunEvent {
  const common = { id: '1', atMs: 0 }
  if ('shell' in told) return { ...common, type: 'action', ...told }
  if ('note' in told) return { ...common, type: 'note', text: told.note }
  if ('title' in told) {
    const path: string[] = []
    const usual = { path, status: 'passed', durationMs: 1, attempts: 1 } as const
    return { ...common, ...usual, type: 'expectation', ...told }
  }
  if ('node' in told) {
    const usual = { exitCode: 0, durationMs: 1, stdout: '', stderr: '' }
    return { ...common, ...usual, type: 'command', ...told }
  }
  return { ...common, type: 'step-start', ...told }
}

/** A node of the topology, of which only names and addresses matter here. */
export function topologyNode(
  id: string,
  kind: TopologyNode['kind'],
  more: Partial<TopologyNode> = {},
): TopologyNode {
  return { id, label: id, kind, isSharing: false, links: [], routes: [], nat: [], ...more }
}

/** A scenario that passed, with what it did in this order. */
export function recordingOf(told: readonly Told[], topology: Partial<Topology> = {}): Recording {
  const recorder = new Recorder()
  const name = 'a story'
  const file = 'scenarios/story.ts'
  const place = { id: '1', atMs: 0 }
  const attempt = { attempt: 1, repeat: 1, worker: 1 }
  recorder.tell({ ...place, ...attempt, type: 'scenario-start', file, name, tags: [] })
  for (const each of told) recorder.tell(eventOf(each))
  recorder.tell({ type: 'topology', id: '1', atMs: 0, nodes: [], networks: [], ...topology })
  const how = { isFinal: true, isFlaky: false, isExpectedToFail: false, phases: [], durationMs: 1 }
  recorder.tell({ ...place, ...how, type: 'scenario-end', file, name, status: 'passed' })
  const [recording] = recorder.recordings()
  if (recording === undefined) throw new Error('nothing was recorded')
  return recording
}

/** Two containers on one host, by hand. */
export const pair = [
  { shell: 'ip netns add host' },
  { shell: 'ip -n host link add br0 type bridge' },
  { shell: 'ip -n host addr add 10.0.0.1/24 brd + dev br0' },
  { shell: 'ip netns add web' },
  { shell: 'ip -n host link add web type veth peer name eth0 netns web' },
  { shell: 'ip -n web addr add 10.0.0.2/24 brd + dev eth0' },
  { shell: 'ip netns add app' },
  { shell: 'ip -n host link add app type veth peer name eth0 netns app' },
  { shell: 'ip -n app addr add 10.0.0.3/24 brd + dev eth0' },
]

export const pairTopology: Partial<Topology> = {
  nodes: [
    topologyNode('host', 'host'),
    topologyNode('web', 'container', { host: 'host' }),
    topologyNode('app', 'container', { host: 'host' }),
  ],
}
