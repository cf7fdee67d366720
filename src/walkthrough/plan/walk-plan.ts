import type { LeftAlone, TypedCommand } from '../typed/typed.ts'

/** A simulated machine of a document. */
export interface HostPlan {
  name: string
  /** Its link to the outside: `eth0`. */
  device: string
  /** `172.22.36.202/20` */
  prefix: string
  /** `2001:db8:1::5/64`; none: it has no IPv6 on that link but what the kernel makes itself. */
  prefix6?: string
  /** Of that link, where it is not 1500. */
  mtu?: number
  forward: 'ACCEPT' | 'DROP'
  /**
   * Named network namespaces that are there from the beginning; one called `default`, `host`, `root`
   * or `init` is the machine's own.
   */
  namespaces: string[]
  sysctls: Record<string, string>
}

/** Who answers behind the hosts' gateway, to ping, DNS (if it has names) and HTTP. */
export interface OutsidePlan {
  /** IPv4, or IPv6 where hosts have that. */
  address: string
  names: string[]
  /** What it answers to HTTP, with which status, 200 when left out, and which headers. */
  http: string
  status?: number
  headers?: Record<string, string>
  /** The front matter says what it answers. */
  isGiven?: boolean
  /** What the document shows may be what its own server says: another page counts. */
  isDoubtful?: boolean
}

/** Something that the document takes for granted and does not say. */
export interface Guess {
  /** A sentence: `eth0 has 172.22.36.202/20`. */
  text: string
  /** Where the document gives it away, if anywhere. */
  line?: number
  /** How: `it is the source of a packet on eth0`. */
  why: string
  /** The line of front matter that says it, or that it is not so: `forward: ACCEPT`. */
  instead: string
}

/** How a command is run. */
export type StepKind =
  /** It ends by itself. */
  | 'command'
  /** It runs until somebody stops it: `tcpdump -i br01`, `nc -l 80`, `ping 10.0.0.1`. */
  | 'until-stopped'
  /** It opens a shell, and what follows is typed in it until `exit`: `ip netns exec ns1 bash`. */
  | 'shell'
  /** `exit`, Ctrl-D: it leaves such a shell. */
  | 'exit'
  /** It cannot be run here, and `reason` says why: `docker run`, `apt-get install`. */
  | 'not-run'

export interface PlannedStep {
  /** Which command of the document, from 1, in its order; steps stand in the order they are run in. */
  number: number
  command: TypedCommand
  /** Name of the machine that it is typed on. */
  host: string
  /** Which of several there, each with a shell of its own; the first when left out. */
  terminal?: string
  /** The network namespace that its prompt says it is typed in, as by `ip netns exec`. */
  namespace?: string
  kind: StepKind
  reason?: string
  /** Of `until-stopped`: the number in `steps`, from 0, of the step after which it is stopped. */
  endsAfter?: number
  /** It is run again, for a capture that the document shows of it; it is not judged again. */
  isRepeat?: true
  /** What the document leads to expect: by what it shows, or by its words around it. */
  expects: 'success' | 'failure' | 'any'
  /** How it says so: `line 391: "发现是ping不通的"`; none for `success` of a command without output. */
  expectsWhy?: string
  /** What a reader should know about how it is run, a sentence each. */
  remarks: string[]
}

/** A stretch of the document that is walked on fresh machines. */
export interface PartPlan {
  /** Where it begins. */
  line: number
  /** Why machines are fresh here; none for the first. */
  why?: string
  hosts: HostPlan[]
  /** Of the hosts' links; the router there has no route back to what is behind the hosts. */
  gateway: string
  /** Where hosts have IPv6: of the same router; `fe80::1` is good on the link itself alone. */
  gateway6?: string
  outside: OutsidePlan[]
  steps: PlannedStep[]
}

/** What a document says to do, and where. */
export interface WalkPlan {
  title: string
  parts: PartPlan[]
  guesses: Guess[]
  leftAlone: LeftAlone[]
  /** Shell commands that every host begins with. */
  setup?: string
}
