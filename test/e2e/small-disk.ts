import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of util-linux. */
const unshare = "unshare";

/**
 * Mounts a disk of $1 KiB on the folder $0 in a file system name space of its own, fills it up to the last $2 KiB, runs the
 * rest of its arguments, and copies what is on the disk then to $0.kept: the disk is gone with the name space.
 */
const script = `size=$1 free=$2; shift 2
mount -t tmpfs -o size="$size"k tmpfs "$0" || exit 99
dd if=/dev/zero of="$0/filler" bs=1k count="$((size - free))" 2>/dev/null
"$@"; code=$?
rm -f "$0/filler"; cp -r "$0" "$0.kept"; exit $code`;

/** What stands before a program for which `folder` is a disk with so many KiB free, in steps of 4. */
export function onSmallDisk(folder: string, freeKib: number): readonly [string, ...string[]] {
  if (flags === null) throw new Error("no disk can be mounted here");
  return [unshare, flags, "sh", "-c", script, folder, "96", String(freeKib), process.execPath];
}

/** What stands before a program for which `folder` is a disk that can only be read, and is empty. */
export function onReadOnlyDisk(folder: string): readonly [string, ...string[]] {
  if (flags === null) throw new Error("no disk can be mounted here");
  return [unshare, flags, "sh", "-c", 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"', folder, process.execPath];
}

/** The options of a test that needs such a disk: skipped, and listed as not run, where none can be mounted. */
export function needingSmallDisk(): { readonly skip?: boolean; readonly meta?: object } {
  if (flags !== null) return {};
  return { skip: true, meta: { notRun: { needs: "a disk that can be filled (unshare and mount)", required: false } } };
}

/** Root may mount in a name space of its own; others only as the root of a user name space, where that is allowed. */
const flags = ["-m", "-rm"].find(works) ?? null;

function works(each: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "seatwright-disk-"));
  try {
    execFileSync(unshare, [each, "sh", "-c", script, folder, "96", "8", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    for (const path of [folder, `${folder}.kept`]) rmSync(path, { recursive: true, force: true });
  }
}
