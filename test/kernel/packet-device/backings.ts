import fs from 'node:fs'

/** What a packet device can be made of here: an ordinary user may not open /dev/net/tun. */
export const backings = ((): readonly ('tun' | 'veth')[] => {
  try {
    fs.closeSync(fs.openSync('/dev/net/tun', 'r+'))
    return ['tun', 'veth']
  } catch {
    return ['veth']
  }
})()
