import { describe, expect, it } from "vitest";
import { appNamed, appNames, appsWithoutSignal, billableRoles, freeRoles, isBillable } from "../../src/model/apps.ts";

describe("an app", () => {
  it.each([
    ["jira", "jira-software"],
    ["jira-software", "jira-software"],
    ["jira-servicedesk", "jira-service-management"],
    ["jira-service-desk", "jira-service-management"],
    ["jira-product-discovery", "jira-product-discovery"],
    ["jira-core", "jira-work-management"],
    ["confluence", "confluence"],
    ["bitbucket", "bitbucket"],
    ["jira-ops", "opsgenie"],
    ["JIRA-Software", "jira-software"],
  ])("that Atlassian calls %s is called %s here", (key, name) => {
    expect(appNamed(key)).toBe(name);
  });

  it.each(["hipchat", "", "jira-", "constructor", "__proto__", "toString"])("called `%s` is not known", (key) => {
    expect(appNamed(key)).toBeNull();
  });

  it("is known by every name that policies may use", () => {
    for (const name of appNames) expect(appNamed(name)).toBe(name);
  });

  it("of Git is not judged by page views", () => {
    expect([...appsWithoutSignal]).toEqual(["bitbucket"]);
  });
});

describe("a role", () => {
  it.each(["atlassian/user", "atlassian/admin"])("%s costs a seat", (role) => {
    expect(isBillable(role)).toBe(true);
  });

  it.each(["atlassian/guest", "atlassian/customer", "atlassian/user-access-admin", "user", "", "atlassian/unheard-of"])(
    "`%s` costs nothing",
    (role) => {
      expect(isBillable(role)).toBe(false);
    },
  );

  it("is never free and paid for at once", () => {
    expect(billableRoles.filter((role) => freeRoles.includes(role))).toEqual([]);
  });
});
