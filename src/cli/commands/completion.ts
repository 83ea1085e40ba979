import type { Command } from '../command.js'

/** `trowel completion` */
export const COMPLETION_COMMAND: Command = {
  words: ['completion'],
  operands: [],
  help: 'write a script that completes words and flags in a shell, and print its path',
  flags: [{ name: 'shell', short: 's', kind: 'text', value: 'SHELL', help: 'bash, fish or zsh', default: 'bash' }],
  load: async () => (await import('./write-completion.js')).writeCompletion,
}
