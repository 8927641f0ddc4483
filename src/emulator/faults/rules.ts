import { InputError, listOf, readInput } from "../input.ts";
import type { Random } from "../state/random.ts";
import { type Fault, type Match, type Rule, type RuleSpec, ruleSpec } from "./rule.ts";
import { createBuckets } from "./token-bucket.ts";

/** What rules match on. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly token: string | null;
  readonly body: string;
  /** The name of the image the request is about, when there is one. */
  readonly imageName: string | undefined;
  /** Milliseconds since the emulator's start, by its clock. */
  readonly sinceStartMs: number;
  readonly random: Random;
}

/** The rules in force, in order. */
export interface Rules {
  /** Adds a rule at the end, or replaces the one with its id. Throws InputError. */
  add(spec: unknown): Rule;
  /** Adds all of them, or none. Throws InputError. */
  addAll(specs: readonly unknown[]): Rule[];
  list(): Rule[];
  get(id: string): Rule | undefined;
  /** Whether there was one. */
  remove(id: string): boolean;
  clear(): void;
  /** The first rule that applies to a request; counts it. */
  choose(facts: RequestFacts): Rule | undefined;
}

interface Kept {
  rule: { -readonly [K in keyof Rule]: Rule[K] };
  path: RegExp | undefined;
  imageName: RegExp | undefined;
  body: RegExp | undefined;
  /** Whether the fault applies to this request; only rate limits ever decline. */
  applies(facts: RequestFacts): boolean;
}

/** Each request is compared with every rule. */
const MOST_RULES = 1_000;

/** Creates an empty list of rules. */
export function createRules(): Rules {
  const kept = new Map<string, Kept>();
  let number = 0;

  const keep = (spec: RuleSpec): Rule => {
    const id = spec.id ?? `rule-${++number}`;
    if (kept.size >= MOST_RULES && !kept.has(id)) {
      throw new InputError(`There are already ${MOST_RULES} rules: remove some first.`);
    }
    const { path, imageName, body } = spec.match ?? {};
    const rule = { ...structuredClone(spec), id, seen: 0, hits: 0 };
    kept.set(id, {
      rule,
      path: expression(path),
      imageName: expression(imageName),
      body: expression(body),
      applies: applicability(spec.fault),
    });
    return { ...rule };
  };

  return {
    add: (spec) => keep(readInput(ruleSpec, spec, "The rule")),
    addAll: (specs) => readInput(listOf(ruleSpec), specs, "The rules").map(keep),
    list: () => [...kept.values()].map(({ rule }) => ({ ...rule })),
    get: (id) => {
      const found = kept.get(id);
      return found && { ...found.rule };
    },
    remove: (id) => kept.delete(id),
    clear: () => kept.clear(),
    choose: (facts) => {
      for (const candidate of kept.values()) {
        if (!isAbout(candidate, facts)) continue;
        const { rule } = candidate;
        rule.seen++;
        if (rule.times !== undefined && rule.hits >= rule.times) continue;
        if (!isDue(rule.match ?? {}, rule.seen, facts.random) || !candidate.applies(facts)) continue;
        rule.hits++;
        return { ...rule };
      }
      return undefined;
    },
  };
}

function isAbout({ rule, path, imageName, body }: Kept, facts: RequestFacts): boolean {
  const { method, route, token, fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = rule.match ?? {};
  return (
    (method === undefined || method.toUpperCase() === facts.method) &&
    (route === undefined || route === facts.route) &&
    (token === undefined || token === facts.token) &&
    facts.sinceStartMs >= fromMs &&
    facts.sinceStartMs < untilMs &&
    (path === undefined || path.test(facts.path)) &&
    (imageName === undefined || (facts.imageName !== undefined && imageName.test(facts.imageName))) &&
    (body === undefined || body.test(facts.body))
  );
}

function isDue({ nth, every, after, probability }: Match, seen: number, random: Random): boolean {
  if (nth !== undefined && !(typeof nth === "number" ? nth === seen : nth.includes(seen))) return false;
  if (every !== undefined && seen % every !== 0) return false;
  if (after !== undefined && seen <= after) return false;
  return probability === undefined || random.next() < probability;
}

function applicability(fault: Fault): (facts: RequestFacts) => boolean {
  if (fault.kind !== "rate-limit") return () => true;
  const buckets = createBuckets(fault.burst, fault.perSecond);
  return ({ token, route, sinceStartMs }) => {
    const key = fault.per === "token" ? (token ?? "") : fault.per === "route" ? route : "";
    return !buckets.take(key, sinceStartMs);
  };
}

function expression(source: string | undefined): RegExp | undefined {
  return source === undefined ? undefined : new RegExp(source);
}
