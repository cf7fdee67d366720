export { expect } from './expect/expect.ts'
export { expectMatrix } from './expect/matrix/expect-matrix.ts'
export { openEtcd, openIpam } from './ipam/open.ts'
export { Lab } from './lab/lab.ts'
export { openLab } from './lab/open-lab.ts'
export { scenario } from './scenario/define.ts'
export { defineConfig } from './runner/config.ts'
export { registerDriver } from './network/driver-registry.ts'
export {
  CleanupError,
  CommandError,
  DeadlineError,
  EnvironmentError,
  ExpectationError,
  KernelError,
  TnetError,
  UsageError,
} from './errors.ts'

export type { CaptureExpectation } from './expect/capture-expectation.ts'
export type { ServiceTarget } from './expect/endpoint.ts'
export type { MatrixOptions, Reachability } from './expect/matrix/matrix.ts'
export type { ExpectOptions } from './expect/mode.ts'
export type { NodeExpectation } from './expect/node-expectation.ts'
export type { Bridge } from './lab/bridge.ts'
export type { BridgeTunnel } from './lab/bridge-tunnel.ts'
export type { NodeCapture } from './lab/capture.ts'
export type { Container } from './lab/container.ts'
export type { Host } from './lab/host.ts'
export type { Published } from './lab/host-nat.ts'
export type { LabNetwork } from './lab/lab-network.ts'
export type { LabNetworks } from './lab/lab-networks.ts'
export type { Link } from './lab/link.ts'
export type { Node } from './lab/node.ts'
export type { NodeRoute, Snapshot } from './lab/node-kernel.ts'
export type { Program } from './lab/program.ts'
export type { Segment } from './lab/segment.ts'
export type { NodeUdpServer, Service } from './lab/service.ts'
export type { Tun, TunOptions } from './lab/tun.ts'
export type { BlockIpam } from './ipam/blocks/block-ipam.ts'
export type { HostBlock } from './ipam/blocks/host-block.ts'
export type { BlockSpaceOptions } from './ipam/blocks/space.ts'
export type { Ipam } from './ipam/ipam.ts'
export type { Store } from './ipam/store/store.ts'
export type { Endpoint, HostPart, Network, Place } from './network/network.ts'
export type { NetworkDriver, NetworkPlan, NetworkRequest } from './network/network-driver.ts'
export type { Config } from './runner/config.ts'
export type { DefineScenario } from './scenario/define.ts'
export type {
  Fixture,
  Scenario,
  ScenarioBody,
  ScenarioContext,
  ScenarioOptions,
  StepOptions,
} from './scenario/scenario.ts'
