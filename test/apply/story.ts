import { assign, changeFor, confluenceChange, leave } from "../support/apply.ts";
import { jira, jiraUser, type People } from "../support/organization.ts";

/** Three people and four changes, two of them of several operations: the story that is interrupted everywhere. */
export const people: People = {
  ada: jiraUser(),
  bob: jiraUser({ groups: ["g-jira", "g-jira-2", "g-confluence"] }),
  cyd: jiraUser({ groups: ["g-jira", "g-team"] }),
};

export const changes = [
  changeFor("ada"),
  changeFor("bob", { operations: [leave("g-jira"), leave("g-jira-2")] }),
  confluenceChange("bob"),
  changeFor("cyd", {
    action: "setRole",
    target: "atlassian/guest",
    operations: [assign(jira, "atlassian/guest"), leave("g-jira")],
  }),
];
