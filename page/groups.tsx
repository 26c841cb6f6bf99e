import { useMemo, useState } from "preact/hooks";
import type { PageGroup } from "../src/model/page-data.ts";
import { figure, many } from "../src/report/words.ts";
import type { ShowPeople } from "./app.tsx";
import { filtersWith } from "./filters.ts";
import type { Org } from "./org.ts";
import { Choice, Count, Sheet, Wide, Words } from "./parts.tsx";

const kinds = [
  ["all", "All"],
  ["seats", "Give a seat"],
  ["several", "Give several"],
  ["synced", "Synced"],
  ["local", "Local"],
  ["empty", "Empty"],
  ["default", "Default"],
] as const;

type Kind = (typeof kinds)[number][0];

/** Rows before somebody asks for more. */
const step = 200;

function isOf(kind: Kind, group: PageGroup): boolean {
  switch (kind) {
    case "all":
      return true;
    case "seats":
      return group.seatsOn.length > 0;
    case "several":
      return group.seatsOn.length > 1;
    case "synced":
      return group.synced;
    case "local":
      return !group.synced;
    case "empty":
      return group.members === 0;
    case "default":
      return group.grants.some(({ isDefault }) => isDefault === true);
  }
}

/** Groups: what each gives, and who fills it. */
export function Groups({ org, show }: { readonly org: Org; readonly show: ShowPeople }) {
  const { groups, instances, directories } = org.head;
  const [kind, setKind] = useState<Kind>("seats");
  const [find, setFind] = useState("");
  const [most, setMost] = useState(step);
  const found = useMemo(() => {
    const wanted = find.trim().toLowerCase();
    return groups
      .map((group, at) => ({ group, at }))
      .filter(({ group }) => isOf(kind, group) && group.name.toLowerCase().includes(wanted))
      .sort((a, b) => b.group.members - a.group.members);
  }, [groups, kind, find]);
  const labels = (of: readonly number[]): string => of.map((at) => instances[at]?.label ?? "").join(", ");
  const count = (of: Kind): string => figure(groups.filter((group) => isOf(of, group)).length);
  return (
    <Sheet
      id="groups"
      title="Groups"
      remark={`${many(found.length, "group")} of ${figure(groups.length)}`}
      tools={
        <>
          <Choice
            label="Groups that"
            value={kind}
            options={kinds.map(([key, words]) => [
              key,
              key === "default" && !defaultsAreRead(groups) ? words : `${words} ${count(key)}`,
            ])}
            set={setKind}
          />
          <label class="select">
            <span>Find</span>
            <input type="search" value={find} onInput={(event) => setFind(event.currentTarget.value)} />
          </label>
        </>
      }
    >
      <Wide of="groups">
        <table>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" class="number">
                Members
              </th>
              <th scope="col">Gives a seat on</th>
              <th scope="col">Other roles</th>
              <th scope="col">Filled by</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, most).map(({ group, at }) => (
              <tr key={group.id}>
                <th scope="row">
                  {group.name}
                  {directories.length > 1 && <span class="remark">{directories[group.directory]}</span>}
                  {!group.proved && (
                    <span class="remark caution">Not everybody that Atlassian counts in it was seen in it</span>
                  )}
                </th>
                <td class="number" data-title="Members">
                  <Count value={group.members} of={group.name} open={() => show(filtersWith({ group: [at] }))} />
                </td>
                <td data-title="Gives a seat on">
                  {labels(group.seatsOn) || <span class="faint">none</span>}
                  {group.seatsOn.length > 1 && <span class="remark caution">one group, several seats</span>}
                  <DefaultOf group={group} labels={labels} />
                </td>
                <td data-title="Other roles">
                  {group.grants
                    .filter(({ seat }) => !seat)
                    .map(({ role, instance }) => `${role} on ${instances[instance]?.label ?? ""}`)
                    .join(", ")}
                </td>
                <td data-title="Filled by">{filledBy(group)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {kind === "default" && !defaultsAreRead(groups) && (
        <p class="empty">
          <Words text="Not read: Atlassian tells the default groups of an app by one request for each group. `seatwright sync --default-groups` reads them, and so does `seatwright report` without a snapshot file." />
        </p>
      )}
      {found.length > most && (
        <p class="more">
          <button type="button" class="link" onClick={() => setMost(most + step)}>
            Show more of {figure(found.length)}
          </button>
        </p>
      )}
    </Sheet>
  );
}

function DefaultOf(props: { readonly group: PageGroup; readonly labels: (of: readonly number[]) => string }) {
  const apps = props.group.grants.flatMap(({ instance, isDefault }) => (isDefault === true ? [instance] : []));
  return apps.length === 0 ? null : <span class="remark">default of {props.labels(apps)}: new people land here</span>;
}

/** Whether it was read of any group which apps it is the default of. */
function defaultsAreRead(groups: readonly PageGroup[]): boolean {
  return groups.some(({ grants }) => grants.some(({ isDefault }) => isDefault !== null));
}

function filledBy(group: PageGroup): string {
  if (group.synced) return `${group.provider ?? "an identity provider"} (synced)`;
  if (group.managedBy === "team-members") return "its members (a team)";
  return group.access ? "admins; an access group" : "admins";
}
