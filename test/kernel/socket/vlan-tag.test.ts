import t from 'tap'
import { withVlanTag } from '../../../src/kernel/socket/vlan-tag.ts'

/** linux/if_packet.h */
const SOL_PACKET = 263
const PACKET_AUXDATA = 8
const VLAN_VALID = 0x10
const TPID_VALID = 0x40

/** struct tpacket_auxdata */
function auxdata(status: number, tci: number, tpid: number) {
  const data = Buffer.alloc(20)
  data.writeUInt32LE(status, 0)
  data.writeUInt16LE(tci, 16)
  data.writeUInt16LE(tpid, 18)
  return { level: SOL_PACKET, type: PACKET_AUXDATA, data }
}

const frame = Buffer.from('0200000000020200000000010800450000', 'hex')
const tagged = (note: ReturnType<typeof auxdata>) => withVlanTag(frame, [note]).toString('hex')

t.test('a tag stands between the MACs and the type', async t => {
  t.equal(
    tagged(auxdata(VLAN_VALID | TPID_VALID, 0xa02a, 0x8100)),
    '0200000000020200000000018100a02a0800450000',
  )
})

t.test('it may be a service tag (802.1ad)', async t => {
  t.match(tagged(auxdata(VLAN_VALID | TPID_VALID, 7, 0x88a8)), /^.{24}88a800070800/)
})

t.test('a kernel that does not say which means 802.1Q', async t => {
  t.match(tagged(auxdata(VLAN_VALID, 42, 0)), /^.{24}8100002a0800/)
})

t.test('VLAN 0 is a tag as well: of a priority alone', async t => {
  t.match(tagged(auxdata(VLAN_VALID | TPID_VALID, 0, 0x8100)), /^.{24}810000000800/)
})

t.test('a frame without a tag is as it came', async t => {
  t.equal(withVlanTag(frame, []), frame)
  t.equal(withVlanTag(frame, [auxdata(1, 42, 0x8100)]), frame)
  t.equal(
    withVlanTag(frame, [{ level: 1, type: PACKET_AUXDATA, data: Buffer.alloc(20, 0xff) }]),
    frame,
  )
})
