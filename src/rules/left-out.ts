/** Rules that other catalogues have and this one has not, with the reason: one sentence each. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'version-not-increasing':
    'which versions were published before is in no file that is checked: a registry of buildpacks would have to be asked for its history',
  'version-reused':
    'what was published under this version before is in no file that is checked: a registry would have to be asked for all that it ever had',
}
