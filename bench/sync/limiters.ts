/** What a limiter says to one request. */
export interface Ruling {
  readonly admitted: boolean;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A limiter of requests. Knows no clock: milliseconds since 1970 come in, and none may be before the last. */
export interface Limiter {
  rule(now: number): Ruling;
  /** The most that anybody could have had let through from the first moment to this one. */
  most(now: number): number;
}

interface Told {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
}

const secondsUp = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds / 1000)));

function rateHeaders({ limit, remaining, resetAt }: Told): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": new Date(resetAt).toISOString(),
  };
}

/** A bucket that holds `capacity` and fills by `perSecond`; it says how much is left, and when it will be full. */
export function tokenBucket(perSecond: number, capacity: number, start: number): Limiter {
  const bucket = createBucket(perSecond, capacity, start);
  return {
    rule(now) {
      const admitted = bucket.take(now);
      const full = now + ((capacity - bucket.left()) / perSecond) * 1000;
      const told = rateHeaders({ limit: capacity, remaining: Math.floor(bucket.left()), resetAt: full });
      return { admitted, headers: admitted ? told : { ...told, "retry-after": "1" } };
    },
    most: (now) => capacity + ((now - start) / 1000) * perSecond,
  };
}

/** A bucket that says nothing but no. */
export function silentBucket(perSecond: number, capacity: number, start: number): Limiter {
  const bucket = createBucket(perSecond, capacity, start);
  return {
    rule: (now) => ({ admitted: bucket.take(now), headers: {} }),
    most: (now) => capacity + ((now - start) / 1000) * perSecond,
  };
}

function createBucket(
  perSecond: number,
  capacity: number,
  start: number,
): { take(now: number): boolean; left(): number } {
  let left = capacity;
  let at = start;
  return {
    take(now) {
      left = Math.min(capacity, left + ((now - at) / 1000) * perSecond);
      at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
    left: () => left,
  };
}

/** So many in each window of `windowMs`, one window after the other from the first moment on. */
export function fixedWindow(limit: number, windowMs: number, start: number): Limiter {
  let window = 0;
  let used = 0;
  return {
    rule(now) {
      const current = Math.floor((now - start) / windowMs);
      if (current !== window) {
        window = current;
        used = 0;
      }
      const resetAt = start + (window + 1) * windowMs;
      const admitted = used < limit;
      if (admitted) used++;
      const told = rateHeaders({ limit, remaining: limit - used, resetAt });
      return { admitted, headers: admitted ? told : { ...told, "retry-after": secondsUp(resetAt - now) } };
    },
    most: (now) => (Math.floor((now - start) / windowMs) + 1) * limit,
  };
}

/** The same limiter without some of its headers. */
export function without(limiter: Limiter, names: RegExp): Limiter {
  return {
    rule(now) {
      const { admitted, headers } = limiter.rule(now);
      return { admitted, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name))) };
    },
    most: (now) => limiter.most(now),
  };
}
