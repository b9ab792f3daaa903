import packageManifest from '../../package.json' with { type: 'json' };
import { OPTIONS, type Option } from '../../src/cli/options.ts';
import type { Tool } from '../../src/tools/define.ts';

const FORM_OPTIONS = OPTIONS.filter(({ formTitle }) => formTitle !== undefined);

/** The manifest of the MCPB bundle, which hosts install with one click and configure with a form. */
export function bundleManifest(tools: readonly Tool[]) {
  const { name, version, description, license, keywords, bin, engines } = packageManifest;
  const entryPoint = bin['vertex-batch-mcp'];
  return {
    manifest_version: '0.3',
    name,
    display_name: 'Vertex AI batch',
    version,
    description,
    author: { name: 'vertex-batch-mcp contributors' },
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: entryPoint,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${entryPoint}`],
        env: Object.fromEntries(FORM_OPTIONS.map((option) => [option.env, `\${user_config.${key(option)}}`])),
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description })),
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
    user_config: Object.fromEntries(FORM_OPTIONS.map((option) => [key(option), field(option)])),
  };
}

const key = ({ flag }: Option): string => flag.replaceAll('-', '_');

/**
 * One field of the form. A host leaves `${user_config.x}` as it stands where there is no value at all, so every
 * field has one; an empty variable is one that is not set. A host cannot put a list into a variable either.
 */
function field(option: Option) {
  const [firstSentence] = option.about.split(/(?<=\.) /);
  return {
    type:
      option.kind === 'path' || option.kind === 'paths'
        ? 'directory'
        : option.kind === 'number'
          ? 'number'
          : 'string',
    title: option.formTitle,
    description: option.kind === 'paths' ? firstSentence : option.about,
    required: false,
    default: typeof option.default === 'string' ? option.default : '',
  };
}
