import { createAddress } from './device-address.ts'
import { createDevice, flagsOf, peerOf } from './device.ts'
import type { Device } from './device.ts'
import { NONE } from './thing.ts'

export type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textIn = (object: JsonObject, key: string): string | undefined => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

export const objectsIn = (object: JsonObject, key: string): JsonObject[] => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : []
}

export const wordsIn = (object: JsonObject, key: string): string[] => {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** The objects that `ip -j` prints; undefined: it is no JSON. */
export function jsonObjects(lines: readonly string[]): JsonObject[] | undefined {
  const text = lines.join('\n').trim()
  if (!text.startsWith('[') && !text.startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return (Array.isArray(parsed) ? parsed : [parsed]).filter(isObject)
  } catch {
    return undefined
  }
}

const KIND_FACTS = { id: 'id', local: 'local', remote: 'remote', port: 'dstport', mode: 'mode' }

const kindFacts = (kind: string, data: JsonObject) =>
  Object.fromEntries(
    Object.entries(KIND_FACTS).map(([key, fact]) => [`${kind} ${fact}`, textIn(data, key)]),
  )

function deviceOfJson(object: JsonObject): Device {
  const [info] = objectsIn(object, 'linkinfo')
  const [data] = info === undefined ? [] : objectsIn(info, 'info_data')
  const kind = info && textIn(info, 'info_kind')
  const linkIndex = textIn(object, 'link_index')
  const device = createDevice(textIn(object, 'ifname') ?? 'a device', {
    flags: flagsOf(wordsIn(object, 'flags').join(',')),
    peer: peerOf(
      textIn(object, 'link') ?? (linkIndex === undefined ? undefined : `if${linkIndex}`),
    ),
    mtu: textIn(object, 'mtu'),
    state: textIn(object, 'operstate') ?? textIn(object, 'state'),
    master: textIn(object, 'master') ?? NONE,
    qdisc: textIn(object, 'qdisc'),
    group: textIn(object, 'group'),
    kind,
    ...(kind === undefined || data === undefined ? {} : kindFacts(kind, data)),
  })
  for (const address of objectsIn(object, 'addr_info')) {
    const state =
      address['dadfailed'] === true
        ? 'failed'
        : address['tentative'] === true
          ? 'tentative'
          : 'ready'
    device.parts.push(
      createAddress(`${textIn(address, 'local')}/${textIn(address, 'prefixlen')}`, {
        scope: textIn(address, 'scope'),
        state,
      }),
    )
  }
  return device
}

/** Devices of `ip -j link` and `ip -j addr`; undefined: it is something else. */
export function devicesOfJson(lines: readonly string[]): Device[] | undefined {
  const objects = jsonObjects(lines)?.filter(object => Object.keys(object).length > 0)
  if (objects === undefined) return undefined
  return objects.every(object => 'ifname' in object) ? objects.map(deviceOfJson) : undefined
}
