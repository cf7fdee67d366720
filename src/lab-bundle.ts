// What scripts/build.mjs makes into one file: the public door, and what a worker process does.
export * from './index.ts'
export { work } from './runner/inside/worker.ts'
