import { expect, test } from 'vitest'
import { installsUnpinned } from '#src/rules/shell-habits.js'

test.each([
  ['apt-get install -y curl vim', ['curl', 'vim']],
  [
    'apt-get update && apt-get -qq install --no-install-recommends curl=7.88.1-10 vim && rm -rf /var/lib/apt/lists/*',
    ['vim'],
  ],
  ['apt install -t bookworm-backports git', ['git']],
  ['apk add --no-cache --virtual .build make=4.4.1-r2 gcc', ['gcc']],
  ['apk --no-cache add tree; apt-get install g++:amd64', ['g++:amd64', 'tree']],
  ['apt-get install ./tool.deb $PACKAGES "$(cat list)" -y', []],
  ['apt-get update; echo apt-get remove curl', []],
  ['make install curl', []],
])('packages without a version: %s', (text, names) => {
  const found = installsUnpinned(text)
  expect(found.map(({ name }) => name).sort()).toEqual([...names].sort())
  for (const { name, index } of found) expect(text.startsWith(name, index)).toBe(true)
})
