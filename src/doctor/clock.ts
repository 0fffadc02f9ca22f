import type { Finding } from './finding.js';

/** What time someone said it was, and what time it was here then. */
export interface Hour {
  /** `the API server`, `AWS in eu-west-1`. */
  whose: string;
  /** Of an HTTP answer: whole seconds. */
  date: string;
  /** Milliseconds since 1970, by this machine. */
  at: number;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, time stamp */
const REFUSED_MS = 5 * 60_000;
const NOTABLE_MS = 30_000;

/** @param hours of the same kind together */
export function clockFindings(hours: readonly Hour[]): Finding[] {
  const known = hours.filter(({ date }) => !Number.isNaN(Date.parse(date)));
  if (known.length === 0) {
    const message = 'no answer had a date to compare the clock with';
    return [{ check: 'clock', subject: 'this machine', level: 'unchecked', message, next: 'timedatectl status' }];
  }
  const off = known.filter((hour) => Math.abs(skewMs(hour)) >= NOTABLE_MS);
  if (off.length === 0) {
    const message = `this machine's clock agrees with ${[...new Set(known.map(({ whose }) => whose))].join(' and ')}`;
    return [{ check: 'clock', subject: 'this machine', level: 'ok', message }];
  }
  const alone = off.length === known.length;
  return distinct(off).map((hour) => {
    const isRefused = Math.abs(skewMs(hour)) >= REFUSED_MS;
    const way = skewMs(hour) > 0 ? 'ahead of' : 'behind';
    const limit = isRefused ? ', and AWS refuses signatures that are 5 minutes off' : '';
    return {
      check: 'clock',
      subject: hour.whose,
      level: isRefused ? 'failure' : 'warning',
      message: `the clock of ${hour.whose} is ${Math.round(Math.abs(skewMs(hour)) / 1000)} s ${way} this machine's${limit}`,
      next: alone
        ? "set this machine's clock by NTP: timedatectl set-ntp true"
        : `see to the clock of ${hour.whose}, or to this machine's`,
    };
  });
}

function skewMs({ date, at }: Hour): number {
  return Date.parse(date) - at;
}

/** One of each. */
function distinct(hours: readonly Hour[]): Hour[] {
  return [...new Map(hours.map((hour) => [hour.whose, hour])).values()];
}
