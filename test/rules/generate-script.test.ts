import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dockerfilesInScript } from '#src/rules/generate-script.js'

const HEAD = '#!/usr/bin/env bash\nset -eo pipefail\noutput_dir=$CNB_OUTPUT_DIR\n'
const WRITTEN = 'cat >> "${output_dir}/build.Dockerfile" <<EOL\nARG base_image\nFROM \\${base_image}\nEOL\n'
const TEXT = 'ARG base_image\nFROM ${base_image}\n'

describe('a Dockerfile in a script', () => {
  test('is told where one cat writes it', () => {
    expect(dockerfilesInScript(HEAD + WRITTEN)).toEqual([{ image: 'build', text: TEXT, skipped: 4 }])
  })

  test.each([
    ['in quotes, as it is', "cat > $1/run.Dockerfile <<'EOF'\nFROM a\\b$c\nEOF\n", 'FROM a\\b$c\n'],
    [
      'without quotes, without what escapes',
      'cat >"$1"/run.Dockerfile <<EOF\nFROM \\${a}\\`\\\\\nEOF\n',
      'FROM ${a}`\\\n',
    ],
    ['empty', 'cat > $1/run.Dockerfile <<EOF\nEOF\n', ''],
  ])('is told %s', (_, script, text) => {
    expect(dockerfilesInScript(HEAD + script)).toMatchObject([{ image: 'run', text }])
  })

  test.each([
    ['the script is none of a shell', `#!/usr/bin/env python\n${WRITTEN}`],
    ['something decides over it', `${HEAD}if true; then\n${WRITTEN}fi\n`],
    ['the script may have ended before', `${HEAD}test -f app && exit 0\n${WRITTEN}`],
    ['it is written in a function', `${HEAD}write() {\n${WRITTEN}}\nwrite\n`],
    ['it is written twice', HEAD + WRITTEN + WRITTEN],
    ['it is changed afterwards', `${HEAD}${WRITTEN}sed -i s/a/b/ "$output_dir"/*\n`],
    ['something may lie there already', `${HEAD}cp -R files/. "$output_dir"\n${WRITTEN}`],
    ['it is added to', `${HEAD}${WRITTEN}echo RUN a >> "$output_dir/build.Dockerfile"\n`],
    ['a variable is in it', `${HEAD}cat > $1/run.Dockerfile <<EOF\nFROM $image\nEOF\n`],
    ['a command is in it', `${HEAD}cat > $1/run.Dockerfile <<EOF\nFROM \`image\`\nEOF\n`],
    ['its lines are joined by the shell', `${HEAD}cat > $1/run.Dockerfile <<EOF\nFROM \\\na\nEOF\n`],
    ['no line ends it', `${HEAD}cat > $1/run.Dockerfile <<EOF\nFROM a\n`],
  ])('is not told where %s', (_, script) => {
    expect(dockerfilesInScript(script)).toEqual([])
  })

  test('is told beside a build context that is put together', () => {
    const script = `${HEAD}mkdir -p $1/context.run\ncp tool $1/context.run/\n${WRITTEN}`
    expect(dockerfilesInScript(script)).toMatchObject([{ text: TEXT }])
  })

  test('is what was put in, whatever that is', () => {
    const text = fc.string({ unit: 'grapheme-ascii' }).filter((line) => line !== 'EOF' && !line.includes('\r'))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (lines) => {
        const body = `${lines.join('\n')}\n`
        const script = `${HEAD}cat > $1/run.Dockerfile <<'EOF'\n${body}EOF\n`
        expect(dockerfilesInScript(script)).toEqual([{ image: 'run', text: body, skipped: 4 }])
      }),
    )
  })
})
