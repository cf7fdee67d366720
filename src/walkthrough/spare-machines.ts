import path from 'node:path'
import type { Lab } from '../lab/lab.ts'
import { machineFolder } from './host/machine-folder.ts'
import { MachineProcess } from './host/machine-process.ts'

/** Machines that nobody has a name for yet: they are started ahead, as that takes a while. */
export class SpareMachines {
  readonly lab: Lab
  readonly #folder: string
  readonly #processes: MachineProcess[] = []
  #started = 0

  /**
   * @param ahead how many are started at once
   * @throws EnvironmentError TNET_MACHINE_FAILED
   */
  constructor(lab: Lab, ahead = 0) {
    this.lab = lab
    const { folder, remove } = machineFolder()
    lab.undo.push('files of machines', remove)
    this.#folder = folder
    for (let n = 0; n < ahead; n++) this.#processes.push(this.#start())
  }

  #start(): MachineProcess {
    return new MachineProcess(this.lab, path.join(this.#folder, `${++this.#started}`))
  }

  take(): MachineProcess {
    return this.#processes.pop() ?? this.#start()
  }
}
