import type { Argv } from 'yargs'

/** The flags of `trowel builder create NAME --config builder.toml --to PLACE`. */
export function builderCreateOptions(command: Argv): Argv {
  const list = { type: 'string', array: true, nargs: 1, default: [] } as const
  return command
    .positional('name', {
      type: 'string',
      describe: 'Reference of the builder, such as registry.example/acme/builder:1',
    })
    .options({
      config: { alias: 'c', type: 'string', requiresArg: true, describe: 'Path of builder.toml' },
      to: { ...list, describe: 'Where to write it: oci:DIR[:TAG]; may be given several times' },
      replace: {
        ...list,
        describe: 'REF=PLACE: read PLACE (oci:DIR[:TAG], a directory, an archive) wherever the files say REF',
      },
      target: { ...list, alias: 't', describe: 'os/arch[/variant][:distro@version]; replaces [[targets]]' },
      label: { ...list, alias: 'l', describe: 'key=value, set on the image' },
      flatten: { ...list, describe: 'id@version,id@version: put these modules into one layer' },
      'created-by': {
        type: 'string',
        requiresArg: true,
        describe: 'NAME@VERSION for the createdBy of the builder [trowel and its version]',
      },
      'dry-run': { type: 'boolean', describe: 'Print the plan and write nothing' },
      json: { type: 'boolean', describe: 'Print the result as JSON' },
      jobs: { type: 'string', requiresArg: true, describe: 'Layers made at once [the number of CPUs]' },
      'cache-dir': { type: 'string', requiresArg: true, describe: 'Where made layers are kept for the next run' },
      'no-cache': { type: 'boolean', describe: 'Keep and reuse no layers' },
      limit: { ...list, describe: 'NAME=NUMBER: lift or lower a limit; an unknown name lists them' },
      'allow-absolute-symlinks': {
        type: 'boolean',
        describe: 'Take symbolic links with an absolute target, with a warning',
      },
    })
}
