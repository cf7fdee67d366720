import t from 'tap'
import { UsageError } from '../../src/errors.ts'
import {
  hostPortText,
  parsePortMapping,
  type PortMapping,
  type PortMappingInput,
} from '../../src/network/port-mapping.ts'

const tcp = (hostPort: number, port: number): PortMapping => ({ protocol: 'tcp', hostPort, port })

const good: readonly [PortMappingInput, PortMapping[]][] = [
  ['8080:80', [tcp(8080, 80)]],
  ['80', [tcp(0, 80)]],
  [80, [tcp(0, 80)]],
  ['0:80', [tcp(0, 80)]],
  ['8080:80/tcp', [tcp(8080, 80)]],
  ['5353:53/udp', [{ protocol: 'udp', hostPort: 5353, port: 53 }]],
  ['127.0.0.1:8080:80', [{ ...tcp(8080, 80), hostAddress: '127.0.0.1' }]],
  ['127.0.0.1::80', [{ ...tcp(0, 80), hostAddress: '127.0.0.1' }]],
  ['[2001:db8::1]:8080:80', [{ ...tcp(8080, 80), hostAddress: '2001:db8::1' }]],
  ['8000-8002:80-82', [tcp(8000, 80), tcp(8001, 81), tcp(8002, 82)]],
  ['80-81', [tcp(0, 80), tcp(0, 81)]],
  ['0:80-81', [tcp(0, 80), tcp(0, 81)]],
  [{ port: 80 }, [tcp(0, 80)]],
  [
    { port: 53, hostPort: 5353, protocol: 'udp', hostAddress: '192.0.2.1' },
    [{ protocol: 'udp', hostPort: 5353, port: 53, hostAddress: '192.0.2.1' }],
  ],
]
for (const [input, mappings] of good) {
  t.test(`reads ${JSON.stringify(input)}`, async t => t.same(parsePortMapping(input), mappings))
}

const bad: readonly (readonly [PortMappingInput, RegExp])[] = [
  ['', /"" is not a port from 1/],
  ['http', /"http" is not a port/],
  ['8080:0', /"0" is not a port from 1 to 65535/],
  ['65536:80', /"65536" is not a port/],
  ['-1:80', /is not a port/],
  ['8080:80/sctp', /"sctp" is neither tcp nor udp/],
  ['8080:80/', /"" is neither tcp nor udp/],
  ['1:2:3:4', /expected HOST:CONTAINER/],
  ['localhost:8080:80', /"localhost" is not an address/],
  ['[::1%eth0]:8080:80', /is not an address/],
  ['8010-8000:80-90', /runs backwards/],
  ['8000-8001:80-82', /not equally many/],
  ['8000-8001:80', /not equally many/],
  ['0-5:80-85', /"0-5"|runs backwards/],
  ['8080:80\n', /is not a port/],
  ['$(reboot):80', /is not a port/],
  [{ port: 0 }, /"0" is not a port from 1/],
  [{ port: 80.5 }, /"80.5" is not a port/],
  [{ port: 80, hostAddress: 'alpha' }, /"alpha" is not an address/],
]
for (const [input, reason] of bad) {
  t.test(`refuses ${JSON.stringify(input)}`, async t => {
    try {
      parsePortMapping(input)
      t.fail('it was taken')
    } catch (error) {
      t.ok(error instanceof UsageError)
      t.match(error, { code: 'TNET_PORT_INVALID', message: reason })
    }
  })
}

t.test('names a host port as people write it', async t => {
  t.equal(hostPortText(tcp(8080, 80)), '0.0.0.0:8080/tcp')
  t.equal(hostPortText({ ...tcp(1, 2), hostAddress: '2001:db8::1' }), '[2001:db8::1]:1/tcp')
})
