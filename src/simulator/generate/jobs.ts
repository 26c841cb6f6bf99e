import type { Random } from "../random.ts";

/** Departments with their share of people, their titles, and how many of them hold which app. */

export interface Department {
  readonly name: string;
  readonly titles: readonly string[];
  readonly holds: Readonly<Record<"jira" | "confluence" | "jsm" | "bitbucket" | "jpd", number>>;
}

function department(
  name: string,
  titles: string,
  holds: readonly [number, number, number, number, number],
): Department {
  const [jira, confluence, jsm, bitbucket, jpd] = holds;
  return { name, titles: titles.split(", "), holds: { jira, confluence, jsm, bitbucket, jpd } };
}

const departments: readonly (readonly [Department, number])[] = [
  [
    department(
      "Engineering",
      "Software Engineer, Senior Software Engineer, Staff Engineer, Engineering Manager, QA Engineer, Site Reliability Engineer",
      [0.98, 0.78, 0.03, 0.26, 0.02],
    ),
    38,
  ],
  [department("Sales", "Account Executive, Sales Engineer, Account Manager", [0.38, 0.4, 0.01, 0, 0]), 14],
  [
    department("Customer Support", "Support Engineer, Support Specialist, Support Manager", [0.7, 0.62, 0.86, 0.01, 0]),
    12,
  ],
  [department("Marketing", "Content Designer, Campaign Manager, Brand Manager", [0.55, 0.6, 0.02, 0, 0.02]), 7],
  [department("Product", "Product Manager, Senior Product Manager, Product Analyst", [0.97, 0.92, 0.05, 0.03, 0.6]), 7],
  [department("Operations", "Operations Manager, Facilities Coordinator, Buyer", [0.62, 0.55, 0.32, 0, 0]), 5],
  [department("Finance", "Accountant, Controller, Financial Analyst", [0.25, 0.4, 0.05, 0, 0]), 5],
  [department("Design", "Product Designer, UX Researcher, Design Lead", [0.92, 0.75, 0.02, 0.02, 0.2]), 4],
  [department("People", "People Partner, Recruiter, Payroll Specialist", [0.25, 0.65, 0.22, 0, 0]), 4],
  [department("Legal", "Counsel, Paralegal, Privacy Officer", [0.25, 0.45, 0.05, 0, 0]), 2],
  [department("IT", "Systems Administrator, IT Support Analyst, Security Engineer", [0.97, 0.85, 0.92, 0.2, 0]), 2],
];

const offices: readonly (readonly [readonly [location: string, timeZone: string], number])[] = [
  [["Berlin", "Europe/Berlin"], 22],
  [["London", "Europe/London"], 16],
  [["Austin, TX", "America/Chicago"], 16],
  [["Bengaluru", "Asia/Kolkata"], 18],
  [["Sydney", "Australia/Sydney"], 8],
  [["Warsaw", "Europe/Warsaw"], 7],
  [["São Paulo", "America/Sao_Paulo"], 5],
  [["Tokyo", "Asia/Tokyo"], 4],
  [["Remote", "Etc/UTC"], 4],
];

export interface Job {
  readonly department: Department;
  readonly title: string;
  readonly location: string;
  readonly timeZone: string;
}

export function pickJob(random: Random): Job {
  const chosen = random.weighted(departments);
  const [location, timeZone] = random.weighted(offices);
  return { department: chosen, title: random.pick(chosen.titles), location, timeZone };
}
