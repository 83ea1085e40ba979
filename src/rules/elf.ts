/** What the head of an ELF file says. */
export interface ElfFacts {
  /** As Go and OCI name it; undefined for a machine that they have no name for. */
  readonly arch: string | undefined
  /** The loader that it asks for: `/lib64/ld-linux-x86-64.so.2`. undefined for a static program. */
  readonly loader: string | undefined
}

/** `e_machine`; of those with two byte orders only one is run by anybody. @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'amd64'],
  [183, 'arm64'],
  [243, 'riscv64'],
  [258, 'loong64'],
])
const PPC64 = 21

const MAGIC = 0x7f454c46
const HEADER_BYTES = 64
const CLASS_64 = 2
const LITTLE_ENDIAN = 1
/** Program header of the loader's path. */
const PT_INTERP = 3
/** No path of a loader is longer. */
const MAX_LOADER = 4096

/** Reads the header of an ELF file and where it names its loader; undefined when it is none. */
export function readElf(head: Uint8Array): ElfFacts | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  if (head.length < HEADER_BYTES || view.getUint32(0) !== MAGIC) return undefined
  const little = view.getUint8(5) === LITTLE_ENDIAN
  const machine = view.getUint16(18, little)
  const arch = machine === PPC64 ? (little ? 'ppc64le' : 'ppc64') : MACHINES.get(machine)
  return { arch, loader: loaderOf(view, little) }
}

/** undefined also when it lies beyond the head, which no linker makes. */
function loaderOf(view: DataView, little: boolean): string | undefined {
  const wide = view.getUint8(4) === CLASS_64
  const word = (at: number): number => (wide ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little))
  const start = word(wide ? 32 : 28)
  const size = view.getUint16(wide ? 54 : 42, little)
  const count = view.getUint16(wide ? 56 : 44, little)
  const least = wide ? 56 : 32
  if (size < least) return undefined
  for (let index = 0, at = start; index < count && at + size <= view.byteLength; index++, at += size) {
    if (view.getUint32(at, little) !== PT_INTERP) continue
    const offset = word(at + (wide ? 8 : 4))
    const length = word(at + (wide ? 32 : 16))
    if (length > MAX_LOADER || offset + length > view.byteLength) return undefined
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, length)
    return Buffer.from(bytes).toString('latin1').replace(/\0.*$/s, '')
  }
  return undefined
}
