/**
 * A calendar day in UTC, `2026-11-22`, or a month, `2025-04`, where the day is not confirmed.
 * Days compare as strings; a month counts from its first day.
 */
export type Day = string;

/** The day of a point in time, in milliseconds since the Unix epoch. */
export const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

/** The day `days` later, or earlier where negative. */
export const addDays = (day: Day, days: number): Day =>
  dayOf(Date.parse(day.length === 7 ? `${day}-01` : day) + days * 86_400_000);
