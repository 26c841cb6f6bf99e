/**
 * A package that is installed for the bench only, with the part of it that the bench uses. Throws a sentence that says how
 * to install it where it is not there.
 */
export async function imported<Package>(name: string): Promise<Package> {
  try {
    return (await import(name)) as Package;
  } catch (cause) {
    throw new Error(`${name} is not installed. Run \`npm ci --ignore-scripts\` in bench/ first.`, { cause });
  }
}
