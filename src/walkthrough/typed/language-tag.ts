const SHELLS =
  /^(?:bash|sh|shell|zsh|ksh|dash|fish|console|terminal|term|shell-?session|sh-session|bash-session|session|command|commands|cmdline|commandline|command-line|cli|linux|ubuntu|root)$/
const UNKNOWN =
  /^(?:|text|txt|plain|plaintext|none|nohighlight|no-highlight|output|log|logs|raw|unknown|result|ascii|code|conf|config|cfg|ini|properties|nginx|apache|routeros)$/
const NAMES: Readonly<Record<string, string>> = {
  js: 'JavaScript',
  jsx: 'JavaScript',
  javascript: 'JavaScript',
  ts: 'TypeScript',
  tsx: 'TypeScript',
  typescript: 'TypeScript',
  py: 'Python',
  python: 'Python',
  python3: 'Python',
  pycon: 'Python',
  go: 'Go',
  golang: 'Go',
  c: 'C',
  h: 'C',
  cpp: 'C++',
  'c++': 'C++',
  rust: 'Rust',
  rs: 'Rust',
  java: 'Java',
  ruby: 'Ruby',
  rb: 'Ruby',
  perl: 'Perl',
  lua: 'Lua',
  sql: 'SQL',
  html: 'HTML',
  css: 'CSS',
  xml: 'XML',
  diff: 'a patch',
  patch: 'a patch',
  makefile: 'a Makefile',
  dockerfile: 'a Dockerfile',
  docker: 'a Dockerfile',
  yaml: 'a configuration file (YAML)',
  yml: 'a configuration file (YAML)',
  json: 'JSON',
  jsonc: 'JSON',
  toml: 'a configuration file (TOML)',
  mermaid: 'a drawing',
  dot: 'a drawing',
  graphviz: 'a drawing',
  plantuml: 'a drawing',
  ditaa: 'a drawing',
  svgbob: 'a drawing',
  md: 'Markdown',
  markdown: 'Markdown',
  powershell: 'PowerShell',
  ps1: 'PowerShell',
  batch: 'the Windows command line',
  bat: 'the Windows command line',
  cmd: 'the Windows command line',
  man: 'a man page',
  groff: 'a man page',
}

/** What is written behind a fence says of the listing: a shell's, or that of `language`. */
export interface Tag {
  isShell: boolean
  /** Not a shell's, as far as it can be believed: people write `js` for the colours. */
  language?: string
}

/** Reads `bash`, `{.bash .numberlines}`, `bash{1,3}`, `language-sh`, `console:title`. */
export function languageTag(given: string): Tag {
  const name = given
    .replace(/^\{?\s*\.?(?:lang(?:uage)?-)?/, '')
    .replace(/[\s{}:=,;([].*$/s, '')
    .toLowerCase()
  if (SHELLS.test(name)) return { isShell: true }
  if (UNKNOWN.test(name)) return { isShell: false }
  const language = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
  return { isShell: false, language: language ?? `"${name.slice(0, 40)}"` }
}
