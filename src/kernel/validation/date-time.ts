/** Date, time and offset as of RFC 3339, 5.6; the seconds may be omitted. */
const DATE_TIME =
  /^(?<date>\d{4}-\d\d-\d\d)T(?<time>(?:[01]\d|2[0-3]):[0-5]\d)(?::(?<seconds>\d\d)(?:\.(?<fraction>\d+))?)?(?<offset>Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const [MIN_MS, END_MS] = [Date.parse('0001-01-01'), Date.UTC(10_000, 0)];
const LEAP_SECOND = /T23:59:59/;

/**
 * Point in time of the years 1 to 9999 in UTC; undefined for any other text. Digits beyond milliseconds are cut off. A leap
 * second is the beginning of the next minute.
 */
export function parseDateTime(text: string): Date | undefined {
  const { date, time, seconds = '00', fraction = '', offset } = DATE_TIME.exec(text)?.groups ?? {};
  if (!date || !offset || !isDate(date)) return undefined;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const isLeapSecond = seconds === '60';
  const rest = isLeapSecond ? '59.000' : `${seconds}.${milliseconds}`;
  const parsed = new Date(`${date}T${time}:${rest}${offset.toUpperCase()}`);
  const instant = isLeapSecond ? parsed.getTime() + 1_000 : parsed.getTime();
  if (!(instant >= MIN_MS && instant < END_MS)) return undefined;
  return isLeapSecond && !LEAP_SECOND.test(parsed.toISOString()) ? undefined : new Date(instant);
}

/** False for days that a month does not have, which Date.parse takes for days of the next month. */
function isDate(date: string): boolean {
  const parsed = new Date(date);
  return !isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
