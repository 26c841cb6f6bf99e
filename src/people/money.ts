/**
 * An amount in whole minor units (cents, pence, yen), so that sums are exact. Amounts of two currencies are never added.
 */
export interface Money {
  /** ISO 4217. */
  readonly currency: string;
  readonly minor: number;
}

/** Currencies without a minor unit, and with one of a thousandth. Source: ISO 4217, list one, minor units. */
const withoutMinor: ReadonlySet<string> = new Set(
  "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "),
);
const ofThousandths: ReadonlySet<string> = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

/** How many decimals amounts of a currency have: the minor unit is ten to the minus this. */
export function decimalsOf(currency: string): number {
  if (withoutMinor.has(currency)) return 0;
  return ofThousandths.has(currency) ? 3 : 2;
}

/**
 * A written amount as whole minor units, from its decimal digits and never by multiplying; null where it has more decimals
 * than the currency, or is no amount.
 */
export function minorUnits(amount: number, currency: string): number | null {
  const digits = /^(\d+)(?:\.(\d+))?$/.exec(String(amount));
  if (digits === null) return null;
  const [, whole = "", fraction = ""] = digits;
  const decimals = decimalsOf(currency);
  if (fraction.length > decimals) return null;
  const minor = Number(whole + fraction.padEnd(decimals, "0"));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** The same amount so many times. Throws where that is more than can be counted exactly. */
export function times({ currency, minor }: Money, count: number): Money {
  return { currency, minor: counted(minor * count) };
}

/** The sum of two amounts of one currency. Throws for two currencies. */
export function plus(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new Error(`${a.currency} and ${b.currency} cannot be added`);
  return { currency: a.currency, minor: counted(a.minor + b.minor) };
}

/** What is left of `a` without `b`, which may be less than nothing. Throws for two currencies. */
export function minus(a: Money, b: Money): Money {
  return plus(a, { currency: b.currency, minor: -b.minor });
}

export function noMoney(currency: string): Money {
  return { currency, minor: 0 };
}

function counted(minor: number): number {
  if (!Number.isSafeInteger(minor)) throw new Error("an amount is too large to be counted exactly");
  return minor;
}
