import { UsageError } from '../../errors.ts'
import { shellWord } from '../../names.ts'
import { refused } from '../failure.ts'
import { linkByIndex, parseLink, type LinkInfo } from '../netlink/link-list.ts'
import type { Netns } from '../netns.ts'
import { rememberDevice } from '../packet-device/known-devices.ts'
import { PacketDevice } from '../packet-device/packet-device.ts'
import { Readiness } from '../socket/readiness.ts'
import { VlanSocket } from './vlan-socket.ts'

/** asm-generic/errno-base.h */
const EEXIST = 17
const EINVAL = 22
/** Read in one turn of Node's loop, so that others get theirs. */
const BATCH = 64

export interface VlanStandInOptions {
  name: string
  /** 802.1Q, 1 to 4094. */
  id: number
  /** The link whose frames are tagged. */
  parent: { index: number; name: string }
  /** Largest packet in bytes: the parent's at most, as tags are not counted. */
  mtu: number
  /** Default: the parent's. */
  mac?: string
  /** See `PacketDevice`. */
  backing?: 'tun' | 'veth'
}

/** Which VLANs of which links of a node there are. */
const taken = new WeakMap<Netns, Map<string, string>>()

const kernelShell = ({ name, id, parent }: VlanStandInOptions) =>
  `ip link add link ${shellWord(parent.name)} name ${shellWord(name)} type vlan id ${id}`

function checkId({ name, id }: VlanStandInOptions): void {
  if (Number.isInteger(id) && id >= 1 && id <= 4094) return
  throw new UsageError(`VLAN device "${name}" cannot have the identifier ${id}`, {
    code: 'TNET_VLAN_INVALID',
    hint: 'a VLAN identifier is a whole number from 1 to 4094',
  })
}

/** Refuses what the kernel refuses of a VLAN device of its own (vlan_newlink). */
function checkPlace(netns: Netns, options: VlanStandInOptions): LinkInfo | undefined {
  const { name, id, parent, mtu } = options
  const refuse = (errno: number, hint: string) =>
    refused({
      message: `could not create vlan device "${name}" on "${netns.label}"`,
      operation: 'userspace stand-in',
      errno,
      noun: 'LINK',
      shell: kernelShell(options),
      hint,
    })
  const other = taken.get(netns)?.get(`${parent.index} ${id}`)
  if (other !== undefined) {
    throw refuse(EEXIST, `"${other}" there is VLAN ${id} of "${parent.name}"; take another one`)
  }
  const link = netns.get(linkByIndex(parent.index), parseLink)
  if (link !== undefined && mtu > link.mtu) {
    throw refuse(EINVAL, `"${parent.name}" takes packets of up to ${link.mtu} bytes, not ${mtu}`)
  }
  return link
}

/**
 * A VLAN (802.1Q) of a link without the kernel's module 8021q: a device whose frames this process
 * tags and sends by the link, the same bytes as the kernel's. It is down when it is made.
 *
 * @example
 * using vlan = VlanStandIn.create(netns, { name: 'eth0.42', id: 42, parent: eth0, mtu: 1500 })
 */
export class VlanStandIn implements Disposable {
  readonly index: number
  readonly name: string
  readonly #device: PacketDevice
  readonly #socket: VlanSocket
  readonly #readiness: Readiness
  readonly #forget: () => void
  #dropped = 0
  #isClosed = false

  private constructor(netns: Netns, device: PacketDevice, options: VlanStandInOptions) {
    this.index = device.index
    this.name = device.name
    this.#device = device
    this.#socket = new VlanSocket(netns, options)
    const { fd } = this.#socket
    this.#readiness = new Readiness(fd, 'readable', () => this.#drain(), { isRef: false })
    device.onPacket = frame => {
      if (!this.#socket.send(frame)) this.#dropped++
    }
    const ofNode = taken.get(netns) ?? new Map<string, string>()
    const { id, parent } = options
    const known = { kind: 'vlan', isEthernet: true, id, parent: parent.index }
    rememberDevice(netns, device.index, () => known)
    const key = `${parent.index} ${id}`
    taken.set(netns, ofNode.set(key, device.name))
    const forgetEnd = netns.onClose(() => this.close())
    this.#forget = () => {
      forgetEnd()
      ofNode.delete(key)
    }
  }

  /**
   * @throws UsageError TNET_VLAN_INVALID
   * @throws KernelError TNET_LINK_EXISTS when there is a link of that name, or such a VLAN of the
   *   parent; TNET_LINK_INVALID when the MTU is larger than the parent's
   */
  static create(netns: Netns, options: VlanStandInOptions): VlanStandIn {
    const { name, mtu, backing } = options
    checkId(options)
    const parent = checkPlace(netns, options)
    const mac = options.mac ?? parent?.mac
    const device = PacketDevice.create(netns, {
      kind: 'tap',
      name,
      mtu,
      ...(mac === undefined ? {} : { mac }),
      ...(backing === undefined ? {} : { backing }),
    })
    try {
      netns.announce(`# userspace stand-in for: ${kernelShell(options)}`)
      return new VlanStandIn(netns, device, options)
    } catch (error) {
      device.close()
      throw error
    }
  }

  /** What its frames go through in this process. */
  get backing(): 'tun' | 'veth' {
    return this.#device.backing
  }

  /** How many frames the kernel did not take, in both directions: a link was down, or had no room. */
  get dropped(): number {
    return this.#dropped + this.#device.dropped
  }

  #drain(): void {
    for (let n = 0; n < BATCH && !this.#isClosed; n++) {
      const frame = this.#socket.receive()
      if (frame === undefined) return
      this.#device.send(frame)
    }
  }

  /** The device is gone. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#forget()
    this.#readiness.close()
    this.#socket.close()
    this.#device.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
