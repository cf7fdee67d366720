/**
 * A command as it is typed on the machine for a namespace called `name`; several lines stay
 * several commands.
 *
 * @example
 * spelled('alpha', 'ip link set eth0 up') // 'ip -n alpha link set eth0 up'
 * spelled('alpha', 'sysctl -w net.ipv4.ip_forward=1')
 * // 'ip netns exec alpha sysctl -w net.ipv4.ip_forward=1'
 */
export function spelled(name: string, shell: string): string {
  return shell
    .split('\n')
    .map(line => {
      if (line.startsWith('#')) return `# ${name}: ${line.slice(1).trim()}`
      const tool = /^(ip|bridge|tc) (?!netns )/.exec(line)
      if (tool === null) return `ip netns exec ${name} ${line}`
      return `${tool[1]} -n ${name} ${line.slice(tool[0].length)}`
    })
    .join('\n')
}
