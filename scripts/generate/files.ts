import { RULE_FAMILIES } from '../../src/batch/lint/rules.ts';
import { COVERAGE } from '../../src/emulator/coverage.ts';
import { describeTool } from '../../src/server/describe.ts';
import { isToolName, loadTool, TOOLS } from '../../src/tools/registry.ts';
import { bundleManifest } from './bundle-manifest.ts';
import { coveragePage } from './coverage-page.ts';
import { json } from './json.ts';
import { lintRulesPage } from './lint-rules-page.ts';
import { optionsPage } from './options-page.ts';
import { toolsPage } from './tools-page.ts';

/** Every generated file, whole. The same declarations give the same bytes on every machine. */
export async function generatedFiles(): Promise<{ path: string; content: string }[]> {
  const tools = await Promise.all(Object.keys(TOOLS).filter(isToolName).map(loadTool));
  return [
    { path: 'src/tools/descriptors.json', content: json(tools.map(describeTool)) },
    { path: 'manifest.json', content: json(bundleManifest(tools)) },
    { path: 'docs/tools.md', content: toolsPage(tools) },
    { path: 'docs/options.md', content: await optionsPage() },
    { path: 'docs/lint-rules.md', content: lintRulesPage(RULE_FAMILIES) },
    { path: 'docs/emulator-coverage.md', content: coveragePage(COVERAGE) },
  ];
}
