/**
 * A name as people paste it, without what surrounds it: spaces, quotes, backticks, angle brackets,
 * a full stop, a markdown link. Candidates, the most likely first: a link gives its address, then its text.
 */
export function unwrap(text: string): string[] {
  const link = /\[(?<label>[^\]]*)\]\((?<address>[^)\s]+)[^)]*\)/.exec(text)?.groups;
  const found = link ? [link.address ?? '', link.label ?? ''] : [text];
  return found
    .map((candidate) => candidate.replace(/^[\s"'`<«“‘(*]+|[\s"'`>»”’)*.,;]+$/g, ''))
    .filter((candidate) => candidate !== '');
}
