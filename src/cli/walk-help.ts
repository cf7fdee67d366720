export const walkHelp = `Usage: tnet-lab walk DOCUMENT.md… [options]

Types the commands of a Markdown walkthrough on a simulated machine, and says of
each whether what the document shows is what happens. Nothing of this machine can
be reached or changed by a document.

DOCUMENT is a Markdown file, or a folder of them.

Options:
      --until N          run no command after the Nth
      --shell            then give a prompt, with a shell on each machine and in each
                         namespace
      --update           write a copy in which what differs is as it was seen:
                         NAME.updated.md beside the document
      --to-scenario      write a typed scenario to start from, and walk nothing
  -o, --output FILE      where those are written; default of --to-scenario:
                         standard output
  -w, --watch            go on, and walk again what is saved
      --strict           whatever is not exactly as shown differs; what this kernel
                         lacks is a failure
  -r, --reporter NAME[=FILE]   terminal, tap, jsonl, junit, html, github, or a
                               module of your own; may be given several times
      --timeout SECONDS  what a document may take (default 600)
  and the other options of tnet-lab run
  -h, --help             print this

Examples:
  tnet-lab walk walkthrough.md
  tnet-lab walk docs -r terminal -r html
  tnet-lab walk walkthrough.md --until 12 --shell
  tnet-lab walk --to-scenario walkthrough.md > walkthrough.ts

Exit codes:
  0    everything is as shown, or cannot be judged here
  1    something differs
  2    misuse: of the command line, or in the front matter
  4    could not run here
`
