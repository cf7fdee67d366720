export const runHelp = `Usage: tnet-lab run [FILE…] [options]

Runs scenarios, each in a lab of its own, and says how they went.

FILE is a scenario, a folder of them, or a glob in quotes. A name that is not
here is looked for in scenarios/. Without any, the files of the config run, or
those in scenarios/. In folders, names that begin with _ or . are left out.

Which:
  -f, --filter TEXT      only scenarios whose name or file contains TEXT; may be
                         given several times, and so may --tag
  -t, --tag TAG          only scenarios with this tag; !TAG: without it
      --last-failed      only those that failed when they last ran
      --shard I/N        part I of N, about as long as the others by what
                         earlier runs took (--history)

How:
  -j, --jobs N           sandboxes at once (default: as many as there are cores)
      --isolate          each scenario in a fresh process
      --bail[=N]         begin nothing more after N failures (default 1)
      --retries N        try a scenario that fails again, up to N times
      --repeat N         run each N times, and say how many passed
      --shuffle          in an order made from the seed
      --seed N           what everything random is made from, the same again
      --strict           what is missing on this machine fails, and is not skipped
      --forbid-only      scenario.only is a mistake (default in CI)
      --pause-on-failure keep the lab of what failed, and give a prompt
  -w, --watch            go on, and run again what a saved file touches

Limits:
      --timeout SECONDS  what a scenario may take (default 30)
      --step-timeout S   what a step may take
      --slow FACTOR      every wait takes so many times longer (or TNET_SLOW)
      --memory MIB       what all processes of a sandbox may hold (default 1024)

Reports:
  -r, --reporter NAME[=FILE]   terminal, tap, jsonl, junit, html, github, or a
                               module of your own; may be given several times
      --report DIR       where reports and what was collected about failures go
                         (default tnet-lab-report), with DIR/events.jsonl
      --trace            print each action as the command that does the same
      --history FILE     durations and failures of earlier runs
      --config FILE      default: tnet-lab.config.ts, here or above
  -h, --help             print this

Examples:
  tnet-lab run scenarios/veth-pair.ts
  tnet-lab run docker-bridge.ts --trace
  tnet-lab run cross-host-vxlan.ts --pause-on-failure
  tnet-lab run scenarios --filter bridge --jobs 4 --retries 1
  tnet-lab run 'test/**/*.scenario.ts' -r terminal -r html -r junit=junit.xml

Exit codes:
  0    all passed
  1    an expectation failed, or a scenario threw
  2    misuse: of the command line, or by a scenario
  3    something could not be cleaned up
  4    could not run here: no permission, a missing tool or kernel feature
  130  stopped by Ctrl-C; 128 and its number by another signal
`
