/** What the bench uses of packages that only it installs, so that types are checked without them too. */
declare module "p-retry" {
  // oxlint-disable-next-line import/no-default-export -- that is how the package exports it
  export default function pRetry<Value>(
    work: (attempt: number) => PromiseLike<Value> | Value,
    options?: {
      readonly retries?: number;
      readonly minTimeout?: number;
      readonly maxTimeout?: number;
      readonly randomize?: boolean;
    },
  ): Promise<Value>;
}
