import { appLabel, appsWithoutSignal, instanceLabel } from "../model/apps.ts";
import type { SeatScope } from "../model/documents.generated.ts";
import { listed } from "./words.ts";

/** Of how much of a scope it can be told what is used: of all its seats, of some, or of none. */
export type SignalReach = "all" | "some" | "none";

/** How far what is said about the use of these seats goes: seats of instances without a believed signal are not in it. */
export function signalReach({ held, withoutSignal }: Pick<SeatScope, "held" | "withoutSignal">): SignalReach {
  if (withoutSignal.apps.length === 0) return "all";
  // An instance without seats takes nothing away from what is said of the others.
  if (withoutSignal.seats === 0 && held > 0) return "all";
  return withoutSignal.seats === held ? "none" : "some";
}

/** What the figures of use leave out: `without Bitbucket`, `without Jira on labs`. Empty where they leave out nothing. */
export function withoutSignalWords(scope: Pick<SeatScope, "held" | "withoutSignal">): string {
  if (signalReach(scope) !== "some") return "";
  const names = scope.withoutSignal.instances.map((place) =>
    appsWithoutSignal.has(place.app) ? appLabel(place.app) : instanceLabel(place),
  );
  return `without ${listed([...new Set(names)])}`;
}
