import type { CertificateCheck, HolderCount, SnapshotHeader, Tool } from "../model/documents.generated.ts";
import { momentOf, type Seconds } from "../model/time.ts";
import { certificateOf } from "../people/certificate.ts";
import type { Clock, ReadProgress } from "../ports.ts";
import { type AdminsRead, type KeysRead, readAdmins, readKeyCreators } from "./admins.ts";
import { type Frame, readFrame } from "./frame.ts";
import type { Source } from "./source.ts";

/** What a reader is made with. */
export interface Terms {
  readonly clock: Clock;
  readonly tool: Tool;
}

/** The frame with what else is read once for everybody. */
export interface Setting {
  readonly frame: Frame;
  readonly admins: AdminsRead;
  readonly keys: KeysRead;
  /** The server's clock when the read began. */
  readonly asOf: Seconds;
}

export async function readSetting(
  source: Source,
  { clock }: Terms,
  report: (progress: ReadProgress) => void,
): Promise<Setting> {
  let asOf: Seconds | null = null;
  const frame = await readFrame(source, (step, done) => {
    asOf ??= source.transport.serverClock().latest;
    report({ step, done, of: null });
  });
  const moment = asOf ?? clock.now();
  const [admins, keys] = await Promise.all([readAdmins(source), readKeyCreators(source, moment)]);
  return { frame, admins, keys, asOf: moment };
}

export interface HeaderParts {
  readonly asOf: Seconds;
  readonly holders: readonly HolderCount[];
  readonly checks: readonly CertificateCheck[];
  readonly peopleCount: number;
}

/** A snapshot's header. */
export function headerOf({ orgId }: Source, { tool }: Terms, setting: Setting, parts: HeaderParts): SnapshotHeader {
  const { frame, keys } = setting;
  return {
    kind: "snapshot",
    version: 1,
    tool,
    organization: { id: orgId, name: frame.name },
    asOf: momentOf(parts.asOf),
    certificate: certificateOf(parts.checks),
    directories: frame.directories,
    instances: frame.instances,
    groups: frame.groups,
    holders: parts.holders.map(({ instance, role, count }) => ({ instance, role, count })),
    keyCreators: keys.creators,
    peopleCount: parts.peopleCount,
  };
}
