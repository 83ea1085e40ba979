import type { TarEntry } from './entry.js'

/** The entries below a folder, named from there on. @param folder as the names spell it, with a slash at its end */
export async function* entriesBelow(
  folder: string,
  entries: AsyncIterable<TarEntry>,
): AsyncGenerator<TarEntry, undefined> {
  for await (const entry of entries) {
    const { name } = entry.header
    if (!name.startsWith(folder) || name === folder) continue
    yield { ...entry, header: { ...entry.header, name: name.slice(folder.length) } }
  }
}
