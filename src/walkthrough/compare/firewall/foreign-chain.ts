import type { ListedChain, ListedRule } from './chain.ts'

/** Who makes chains, and the devices and networks that its rules name. */
interface Maker {
  name: string
  chains: RegExp
  rules?: RegExp
}

const MAKERS: readonly Maker[] = [
  {
    name: 'Docker',
    chains: /^DOCKER(?:-.*)?$/,
    rules: /\bdocker0\b|\bbr-[\da-f]{12}\b|\b172\.17\.0\.\d+(?:\/16)?\b/,
  },
  { name: 'Kubernetes', chains: /^KUBE-/ },
  { name: 'Calico', chains: /^cali-/, rules: /\bcali/ },
  { name: 'a CNI plugin', chains: /^CNI-/, rules: /\bcni0\b/ },
  { name: 'flannel', chains: /^FLANNEL-/, rules: /\bflannel/ },
  { name: 'Cilium', chains: /^(?:OLD_)?CILIUM_/ },
  { name: 'Istio', chains: /^ISTIO_/ },
  { name: 'libvirt', chains: /^LIBVIRT_/, rules: /\bvirbr\d+\b/ },
  { name: 'ufw', chains: /^ufw6?-/ },
  {
    name: 'firewalld',
    chains: /^(?:FWD[IO]_|IN_|PRE_|POST_|INPUT_|FORWARD_|OUTPUT_|PREROUTING_|POSTROUTING_)/,
  },
  { name: 'fail2ban', chains: /^(?:f2b|fail2ban)-/ },
  { name: 'Tailscale', chains: /^ts-/ },
]

/** Who made a chain that nobody who follows a document makes. */
export const makerOf = (chain: string): string | undefined =>
  MAKERS.find(({ chains }) => chains.test(chain))?.name

/** Those whose chains are on the document's machine and not on this one. */
export function foreignMakers(
  shown: readonly ListedChain[],
  seen: readonly ListedChain[],
): ReadonlySet<string> {
  const here = new Set(seen.map(({ name }) => makerOf(name)))
  return new Set(
    shown.map(({ name }) => makerOf(name)).filter(maker => maker !== undefined && !here.has(maker)),
  ) as ReadonlySet<string>
}

/** Which of them made a rule: it leads to its chains, or names its device. */
export function ruleMaker(rule: ListedRule, makers: ReadonlySet<string>): string | undefined {
  const target = rule.fields.get('target') ?? /\b(?:jump|goto) (\S+)/.exec(rule.text)?.[1] ?? ''
  return MAKERS.find(
    ({ name, chains, rules }) =>
      makers.has(name) && (chains.test(target) || rules?.test(rule.text) === true),
  )?.name
}
