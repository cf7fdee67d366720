export { expect } from './expect/expect.ts'
export { expectMatrix } from './expect/matrix/expect-matrix.ts'
export { Lab } from './lab/lab.ts'
export { scenario } from './scenario/scenario.ts'
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
export type { NodeCapture } from './lab/capture.ts'
export type { Container } from './lab/container.ts'
export type { Host } from './lab/host.ts'
export type { Published } from './lab/host-nat.ts'
export type { LabNetwork } from './lab/lab-network.ts'
export type { Link } from './lab/link.ts'
export type { Node } from './lab/node.ts'
export type { NodeRoute, Snapshot } from './lab/node-kernel.ts'
export type { Program } from './lab/program.ts'
export type { Segment } from './lab/segment.ts'
export type { Service } from './lab/service.ts'
export type { Endpoint, Network } from './network/network.ts'
export type { NetworkDriver } from './network/network-driver.ts'
export type { Scenario, ScenarioBody, ScenarioContext } from './scenario/scenario.ts'
