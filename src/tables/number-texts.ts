const MS_A_DAY = 86_400_000;

/** Days since 1970 as `2026-11-22`. */
export function dateText(days: number): string {
  const date = new Date(days * MS_A_DAY);
  return Number.isNaN(date.getTime())
    ? `${days} days after 1970-01-01`
    : date.toISOString().replace(/T.*/, '');
}

/** Parts of a second since 1970, `digits` behind the point, as `2026-11-22T09:30:00.25` with all digits there are. */
export function timestampText(parts: bigint, digits: number): string {
  const [seconds, fraction] = secondsAndFraction(parts, digits);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds}${fraction} s after 1970-01-01`;
  return date.toISOString().replace('.000Z', fraction);
}

/** Parts of a second since midnight as `09:30:00.25`. */
export function timeText(parts: bigint, digits: number): string {
  const [seconds, fraction] = secondsAndFraction(parts, digits);
  return new Date(Number(seconds) * 1000).toISOString().slice(11, 19) + fraction;
}

function secondsAndFraction(parts: bigint, digits: number): [bigint, string] {
  const unit = 10n ** BigInt(digits);
  const fraction = ((parts % unit) + unit) % unit;
  const text = fraction.toString().padStart(digits, '0').replace(/0+$/, '');
  return [(parts - fraction) / unit, text && `.${text}`];
}

/** `1250` with a scale of 2 as `12.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The shortest number that means this 32-bit one: 0.1, not 0.10000000149011612. */
export function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
