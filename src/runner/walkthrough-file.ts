/** Whether a file is a document to walk, and no script. */
export const isWalkthrough = (file: string): boolean => /\.(?:md|markdown)$/i.test(file)
