/** An environment that something is measured in. */
export interface Environment {
  /** What is to be told of it; nothing when it is the only one. */
  title: string
  env: NodeJS.ProcessEnv
}

/**
 * Ours; and where NODE_EXTRA_CA_CERTS is set, which Node 20 reads for 20 ms and more whenever it
 * starts, ours without it. Sandboxes do without it, so it makes what is started in one look cheap.
 */
export function environments(): Environment[] {
  const { NODE_EXTRA_CA_CERTS: certificates, ...without } = process.env
  if (certificates === undefined) return [{ title: '', env: process.env }]
  return [
    { title: ', NODE_EXTRA_CA_CERTS being set', env: process.env },
    { title: ', without NODE_EXTRA_CA_CERTS', env: without },
  ]
}
