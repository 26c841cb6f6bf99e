/** That a proxy opened no way, such as with 407 where it wants a password, in words; null: it is no such failure. */
export function refusedByProxy(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const [, status] = /^Proxy response \((\d{3})\)/.exec(error.message) ?? [];
  return status === undefined
    ? refusedByProxy(error.cause)
    : `the proxy answered ${status} and opened no way to the server`;
}
