import { profileUrl } from "../src/report/people.ts";
import { platformRolesOf } from "../src/people/codes.ts";
import { hasBit } from "../src/model/bits.ts";
import type { PagePath } from "../src/model/page-data.ts";
import { capital, figure } from "../src/report/words.ts";
import { dayWords, groupsAreUnknown, type Org } from "./org.ts";
import { Dialog } from "./parts.tsx";
import { addedWords } from "./selector.ts";

interface Props {
  readonly org: Org;
  readonly person: number;
  readonly close: () => void;
  readonly showGroup: (group: number) => void;
}

/** Everything the report tells of one person: seats with the paths that give them, groups, and what the plan says. */
export function Detail({ org, person, close, showGroup }: Props) {
  const { head } = org;
  const { people } = head;
  const id = people.ids[person] ?? "";
  const paths = org.pathsOf(person);
  const perhaps = org.perhapsOf(person).filter((instance) => paths.every((path) => path.instance !== instance));
  const told = org.told.get(person) ?? [];
  const protection = people.protections[org.codes("protection")[person] ?? 0] ?? "";
  const exemption = people.exemptions[org.codes("exemption")[person] ?? 0] ?? "";
  const roles = platformRolesOf(org.codes("admin")[person] ?? 0);
  const facts: readonly (readonly [string, string])[] = [
    ["Address", org.email(person) ?? ""],
    ["Account id", id],
    ["Status", (people.statuses[org.codes("status")[person] ?? 0] ?? "").replaceAll("_", " ")],
    ["Account", unlessUnknown(people.claims[org.codes("claim")[person] ?? 0])],
    ["Came by", unlessUnknown(people.sources[org.codes("source")[person] ?? 0])],
    ["Two-step", unlessUnknown(people.mfa[org.codes("mfa")[person] ?? 0])],
    ["Added", addedWords(org, person)],
    ["Last active", dayWords(org.codes("last")[person] ?? 0)],
    ["Admin roles", roles === undefined ? "not known" : roles.map((role) => role.replace("atlassian/", "")).join(", ")],
    [
      "Directories",
      head.directories.length < 2
        ? ""
        : org
            .directoriesOf(person)
            .map((at) => head.directories[at] ?? "")
            .join(", "),
    ],
    ["Protected", capital(protection)],
    ["Exempt", exemption],
  ];
  return (
    <Dialog title={org.label(person)} kind="drawer" close={close}>
      <dl class="facts">
        {facts
          .filter(([, text]) => text !== "")
          .map(([title, text]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
      <p>
        <a href={profileUrl(head.organization.id, id)} rel="noreferrer" target="_blank">
          Open in Atlassian’s administration
        </a>
      </p>
      {told.length > 0 && (
        <>
          <h3>In the plan</h3>
          <ul class="told">
            {told.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      <h3>Roles, and what gives them</h3>
      {groupsAreUnknown(org, person) && (
        <p class="caution">The groups of this person could not be read, so seats may be held that are not seen here.</p>
      )}
      {paths.length + perhaps.length === 0 ? (
        <p class="faint">No role on any app is known.</p>
      ) : (
        <ul class="paths">
          {paths.map((path) => (
            <PathItem key={path.instance} org={org} person={person} path={path} showGroup={showGroup} />
          ))}
          {perhaps.map((instance) => (
            <PerhapsItem key={instance} org={org} person={person} instance={instance} />
          ))}
        </ul>
      )}
      <Memberships org={org} person={person} showGroup={showGroup} />
    </Dialog>
  );
}

function PathItem(props: {
  readonly org: Org;
  readonly person: number;
  readonly path: PagePath;
  readonly showGroup: (group: number) => void;
}) {
  const { org, person, path, showGroup } = props;
  const instance = org.head.instances[path.instance];
  const { yes, unknown } = org.seat(path.instance);
  const seat = hasBit(yes, person)
    ? "holds a seat"
    : hasBit(unknown, person)
      ? "not known whether a seat is held"
      : "no paid seat";
  const unused = org.head.thresholds.filter((_, at) => hasBit(org.unused(at, path.instance).yes, person)).at(-1);
  return (
    <li>
      <div class="path-head">
        <strong>{instance?.label}</strong>
        <span class={hasBit(yes, person) ? "good" : "faint"}>{seat}</span>
        <span class="faint">{activeWords(dayWords(org.lastOn(path.instance, person)))}</span>
        {unused !== undefined && <span class="caution">unused for {unused}</span>}
      </div>
      <ul>
        {path.by.map(({ role, group, seat: costs }) => (
          <li key={`${role} ${group}`}>
            {role}{" "}
            {group === null ? (
              "given directly"
            ) : (
              <>
                by{" "}
                <button type="button" class="link" onClick={() => showGroup(group)}>
                  {org.head.groups[group]?.name}
                </button>
                {org.head.groups[group]?.synced === true && (
                  <span class="faint">, filled by {org.head.groups[group]?.provider ?? "an identity provider"}</span>
                )}
              </>
            )}
            {!costs && <span class="faint">, costs no seat</span>}
          </li>
        ))}
        {!path.certain && <li class="caution">There may be other paths that could not be seen.</li>}
      </ul>
    </li>
  );
}

/** An instance on which no path is seen, and a seat may be held all the same. */
function PerhapsItem({ org, person, instance }: Pick<Props, "org" | "person"> & { readonly instance: number }) {
  const doubtful = groupsAreUnknown(org, person)
    ? []
    : org.head.groups.filter((group, at) => group.seatsOn.includes(instance) && hasBit(org.member(at).unknown, person));
  return (
    <li>
      <div class="path-head">
        <strong>{org.head.instances[instance]?.label}</strong>
        <span class="faint">not known whether a seat is held</span>
        <span class="faint">{activeWords(dayWords(org.lastOn(instance, person)))}</span>
      </div>
      {doubtful.length > 0 && (
        <ul>
          {doubtful.map(({ id, name }) => (
            <li key={id} class="caution">
              perhaps by {name}, whose members do not add up
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Memberships({ org, person, showGroup }: Pick<Props, "org" | "person" | "showGroup">) {
  const groups = org.groupsOf(person);
  if (groupsAreUnknown(org, person)) {
    return (
      <>
        <h3>Groups</h3>
        <p class="caution">Not known.</p>
      </>
    );
  }
  return (
    <>
      <h3>Groups ({figure(groups.length)})</h3>
      <ul class="chips">
        {groups.map((group) => (
          <li key={group}>
            <button type="button" class="link" onClick={() => showGroup(group)}>
              {org.head.groups[group]?.name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function activeWords(day: string): string {
  if (day === "never") return "never active there";
  return day === "not known" ? "last activity not known" : `last active ${day}`;
}

function unlessUnknown(value: string | undefined): string {
  return value === undefined || value === "unknown" ? "not known" : value;
}
