/** The day of the list below. */
export const DEPRECATED_LICENSES_AS_OF = '2026-11-20'

/**
 * Licences whose SPDX identifier is deprecated, with what is to be written instead where that goes without asking.
 *
 * @see https://spdx.org/licenses/ "Deprecated License Identifiers"
 */
export const DEPRECATED_LICENSES: ReadonlyMap<string, string> = new Map([
  ['AGPL-1.0', 'AGPL-1.0-only or AGPL-1.0-or-later'],
  ['AGPL-3.0', 'AGPL-3.0-only or AGPL-3.0-or-later'],
  ['BSD-2-Clause-FreeBSD', 'BSD-2-Clause'],
  ['BSD-2-Clause-NetBSD', 'BSD-2-Clause'],
  ['GFDL-1.1', 'GFDL-1.1-only or GFDL-1.1-or-later'],
  ['GFDL-1.2', 'GFDL-1.2-only or GFDL-1.2-or-later'],
  ['GFDL-1.3', 'GFDL-1.3-only or GFDL-1.3-or-later'],
  ['GPL-1.0', 'GPL-1.0-only or GPL-1.0-or-later'],
  ['GPL-2.0', 'GPL-2.0-only or GPL-2.0-or-later'],
  ['GPL-2.0-with-GCC-exception', 'GPL-2.0-or-later WITH GCC-exception-2.0'],
  ['GPL-2.0-with-autoconf-exception', 'GPL-2.0-or-later WITH Autoconf-exception-2.0'],
  ['GPL-2.0-with-bison-exception', 'GPL-2.0-or-later WITH Bison-exception-2.2'],
  ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GPL-2.0-with-font-exception', 'GPL-2.0-only WITH Font-exception-2.0'],
  ['GPL-3.0', 'GPL-3.0-only or GPL-3.0-or-later'],
  ['GPL-3.0-with-GCC-exception', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ['GPL-3.0-with-autoconf-exception', 'GPL-3.0-or-later WITH Autoconf-exception-3.0'],
  ['LGPL-2.0', 'LGPL-2.0-only or LGPL-2.0-or-later'],
  ['LGPL-2.1', 'LGPL-2.1-only or LGPL-2.1-or-later'],
  ['LGPL-3.0', 'LGPL-3.0-only or LGPL-3.0-or-later'],
  ['Net-SNMP', 'the licence that the text really is'],
  ['Nunit', 'zlib-acknowledgement'],
  ['StandardML-NJ', 'SMLNJ'],
  ['bzip2-1.0.5', 'bzip2-1.0.6'],
  ['eCos-2.0', 'GPL-2.0-or-later WITH eCos-exception-2.0'],
  ['wxWindows', 'GPL-2.0-or-later WITH WxWindows-exception-3.1'],
])
