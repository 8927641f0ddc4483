import { withoutTrailing } from "../base/text.ts";

/**
 * Terraform numbers have arbitrary precision. Here a number is a JavaScript `number` when its shortest decimal text
 * is exactly the number meant, a `bigint` when it is an integer beyond the safe range, and a {@link Decimal} otherwise.
 * One value has one form, so that two equal numbers are equal in JavaScript too (decimals by their text).
 */
export type NumberValue = number | bigint | Decimal;

/** A non-integer whose digits do not fit a double, kept as its canonical decimal text, for example `0.12345678901234567890`. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** The longest expansion accepted: `1e1000000000` must not become a gigabyte of zeros. */
const MAX_DIGITS = 10_000;

const NUMBER_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads decimal text (`5`, `-0.10`, `1e3`) into its one form.
 *
 * @throws RangeError when the text is no decimal number or would have more than 10,000 digits.
 */
export function parseNumber(text: string): NumberValue {
  const canonical = canonicalDecimal(text);
  if (!canonical.includes(".")) {
    const asNumber = Number(canonical);
    return Number.isSafeInteger(asNumber) ? asNumber : BigInt(canonical);
  }
  const asNumber = Number(canonical);
  const isExact = Number.isFinite(asNumber) && canonicalDecimal(String(asNumber)) === canonical;
  return isExact ? asNumber : new Decimal(canonical);
}

/**
 * Brings any JavaScript number or bigint into its one form: integers outside the safe range become bigint, -0 becomes 0.
 *
 * @throws RangeError for NaN and the infinities, which Terraform cannot hold.
 */
export function normalizeNumber(value: NumberValue): NumberValue {
  if (value instanceof Decimal) return parseNumber(value.text);
  if (typeof value === "bigint") {
    const asNumber = Number(value);
    return Number.isSafeInteger(asNumber) ? asNumber : value;
  }
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number Terraform can hold`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return BigInt(canonicalDecimal(String(value)));
  return value === 0 ? 0 : value;
}

/** The plain decimal text of a number, without exponent: `1e21` gives `1000000000000000000000`. */
export function numberText(value: NumberValue): string {
  if (value instanceof Decimal) return value.text;
  return typeof value === "bigint" ? value.toString() : canonicalDecimal(String(value));
}

/** Whether two numbers are the same decimal number. */
export function equalNumbers(a: NumberValue, b: NumberValue): boolean {
  return a === b || numberText(normalizeNumber(a)) === numberText(normalizeNumber(b));
}

/** Orders numbers by value, to the last digit: negative, zero or positive. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  const [[wholeA, fractionA], [wholeB, fractionB]] = [splitText(a), splitText(b)];
  const places = Math.max(fractionA.length, fractionB.length);
  const difference =
    BigInt(wholeA + fractionA.padEnd(places, "0")) - BigInt(wholeB + fractionB.padEnd(places, "0"));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function splitText(value: NumberValue): readonly [string, string] {
  const [whole = "", fraction = ""] = numberText(normalizeNumber(value)).split(".");
  return [whole, fraction];
}

/** Whether a finite number with a fraction is exactly the double it is stored in (0.5 is, 0.1 is not). */
export function isExactDouble(value: number): boolean {
  const text = canonicalDecimal(String(value));
  const point = text.indexOf(".");
  if (point < 0) return true;
  const fractionDigits = text.length - point - 1;
  // m / 10^k has a power-of-two denominator exactly when 5^k divides m.
  return BigInt(text.replace("-", "").replace(".", "")) % 5n ** BigInt(fractionDigits) === 0n;
}

/** Sign, no leading zeros, no trailing fraction zeros, no exponent: one text for one number. */
function canonicalDecimal(text: string): string {
  const match = NUMBER_TEXT.exec(text);
  const integer = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (!match || integer.length + fraction.length === 0)
    throw new RangeError(`"${text}" is not a decimal number`);

  const exponent = Number(match[4] ?? "0");
  const digits = integer + fraction;
  if (digits.length + Math.abs(exponent) > MAX_DIGITS) {
    throw new RangeError(`a number of more than ${MAX_DIGITS} digits is not supported`);
  }
  const point = integer.length + exponent;
  const whole = (point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0").replace(/^0+(?=\d)/, "");
  const rest = point >= 0 ? digits.slice(point) : digits.padStart(digits.length - point, "0");
  const trimmed = withoutTrailing(rest, "0");
  const magnitude = trimmed ? `${whole}.${trimmed}` : whole;
  return match[1] === "-" && magnitude !== "0" ? `-${magnitude}` : magnitude;
}
