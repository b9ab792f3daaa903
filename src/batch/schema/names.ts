import { quoteUntrusted } from '../../support/text.ts';
import { memberPath, notSupported } from './conversion.ts';

/**
 * YAML 1.1 booleans and names of one letter: a batch file is loaded like a table first, and a public project
 * found such property names read as true and false, after which every row is refused.
 */
const READ_AS_BOOLEAN = /^(.|yes|no|on|off|true|false)$/iu;

export const isReadAsBoolean = (name: string): boolean => READ_AS_BOOLEAN.test(name);

/** Throws `schema_not_supported` for a property name that batch prediction misreads, and proposes another. */
export function checkPropertyNames(names: readonly string[], path: string): void {
  for (const name of names) {
    if (name === '')
      throw notSupported(path, 'A property has an empty name.', 'Give it a name of two letters or more.');
    if (isReadAsBoolean(name))
      throw notSupported(
        memberPath(path, name),
        `Batch prediction reads the property name ${quoteUntrusted(name, 20)} as a boolean, and refuses every row.`,
        `Rename it, for example to ${quoteUntrusted(proposal(name, names), 40)}, in the prompt too.`,
      );
  }
}

function proposal(name: string, taken: readonly string[]): string {
  const base = /^\w+$/.test(name) ? `${name.toLowerCase()}_value` : 'value';
  let proposed = base;
  for (let n = 2; taken.includes(proposed); n++) proposed = `${base}_${n}`;
  return proposed;
}
