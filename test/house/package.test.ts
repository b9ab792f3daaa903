import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import bundle from '../../manifest.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { OPTIONS } from '../../src/cli/options.ts';

const MOST_UNPACKED_BYTES = 8_000_000;

interface Packed {
  files: { path: string }[];
  unpackedSize: number;
}

describe('the npm package', () => {
  // The build of `npm test` is what would be packed; packing does not build again.
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const packed = Object.values(JSON.parse(output) as Record<string, Packed>)[0] as Packed;
  const paths = packed.files.map(({ path }) => path);

  test('holds what its manifest promises', () => {
    const promised = [
      ...Object.values(manifest.bin),
      manifest.exports['.'].types,
      manifest.exports['.'].default,
      ...manifest.files.filter((entry) => entry.includes('.')),
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-NOTICES.txt',
    ].map((path) => path.replace(/^\.\//, ''));
    expect(promised.filter((path) => !paths.includes(path))).toEqual([]);
  });

  test('holds nothing else', () => {
    const allowed = /^(dist\/|package\.json$|README\.md$|LICENSE$)/;
    expect(paths.filter((path) => !allowed.test(path) && !manifest.files.includes(path))).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(MOST_UNPACKED_BYTES);
  });

  test('has the licence that it names', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(readFileSync('LICENSE', 'utf8')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
  });
});

describe('the MCPB manifest', () => {
  test('is valid', () => {
    const cli = resolve('node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
    const said = execFileSync(process.execPath, [cli, 'validate', 'manifest.json'], { encoding: 'utf8' });
    expect(said).toContain('passes');
  });

  test('passes each field of its form to an option, and each option with a title has a field', () => {
    const fields = Object.keys(bundle.user_config);
    const env: Record<string, string> = bundle.server.mcp_config.env;
    const titled = OPTIONS.filter(({ formTitle }) => formTitle);
    expect(titled.map((option) => env[option.env])).toEqual(
      fields.map((field) => `\${user_config.${field}}`),
    );
  });

  test('gives each field a value, as hosts leave the placeholder of one without', () => {
    expect(Object.values(bundle.user_config).filter((field) => field.default === undefined)).toEqual([]);
  });
});
