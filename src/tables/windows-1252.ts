/** What 0x80 to 0x9F stand for; the rest is Latin-1. A space is a byte that stands for nothing. */
const SPECIAL = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Text in Windows-1252, which browsers and Excel also mean by Latin-1; undefined where it cannot be that. */
export function decodeWindows1252(bytes: Buffer): string | undefined {
  let isOther = false;
  const text = bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character: string) => {
    const meant = SPECIAL.charAt(character.charCodeAt(0) - 0x80);
    if (meant === ' ') isOther = true;
    return meant;
  });
  return isOther ? undefined : text;
}
