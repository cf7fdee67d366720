import type { SimpleCommand } from '../../compare/comparison.ts'

const CONTAINERS =
  /^(docker|docker-compose|podman|nerdctl|ctr|crictl|kubectl|kubeadm|kind|minikube|k3s|k3d|helm|oc)$/
const MACHINES =
  /^(virsh|virt-install|vagrant|multipass|VBoxManage|qemu-\S+|lxc|lxd|incus|gcloud|aws)$/
const PACKAGES = /^(apt|apt-get|aptitude|yum|dnf|apk|pacman|zypper|brew|snap|flatpak|emerge)$/
const LANGUAGES = /^(pip3?|pipx|npm|yarn|pnpm|gem|cargo|go)$/
const EDITORS = /^(vi|vim|nvim|nano|emacs|pico|joe|mcedit|code|gedit|subl|visudo)$/
const SCREENS = /^(wireshark|termshark|firefox|chromium|google-chrome|xdg-open|tmux|screen|byobu)$/
const FETCHING = /^(install|add|get|download|i|ci|update|upgrade|remove|-S\w*)$/

/**
 * Why a command cannot be run in a walk, and what to do instead; undefined when it can. What is only
 * dangerous can: machines are contained.
 */
export function notRunReason(simple: readonly SimpleCommand[]): string | undefined {
  for (const { program, args } of simple) {
    if (CONTAINERS.test(program)) {
      return `there is no ${program} in a walk; use a network namespace in its place`
    }
    if (MACHINES.test(program)) {
      return `there is no ${program} in a walk; name the machines under "hosts" in front matter`
    }
    if (PACKAGES.test(program)) return 'packages are not installed in a walk'
    if (LANGUAGES.test(program) && args.some(arg => FETCHING.test(arg))) {
      return 'packages are not installed in a walk'
    }
    if (program === 'git' && /^(clone|pull|fetch|submodule)$/.test(args[0] ?? '')) {
      return 'a walk has no way to the real internet; write what is needed by a heredoc'
    }
    if (EDITORS.test(program)) {
      return `${program} needs a person at a terminal; write the file by a heredoc or with sed`
    }
    if (SCREENS.test(program)) return `${program} needs a person at a screen`
  }
  return undefined
}
