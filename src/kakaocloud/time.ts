import { LIMITS } from "../base/limits.ts";

const TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * A point in time in the text form that Terraform state has always held for KakaoCloud: RFC 3339 with seconds precision,
 * the fraction dropped and the original offset kept, a zero offset written `Z`. A time without a zone is taken as UTC.
 * Returns null for anything that is not a valid point in time.
 */
export function formatTime(text: string): string | null {
  if (text.length > LIMITS.timeCharacters) return null;
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", zone = "Z"] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const offset = formatOffset(zone);
  return offset === null ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
}

function formatOffset(zone: string): string | null {
  if (zone === "Z" || zone === "z") return "Z";
  const hours = zone.slice(1, 3);
  const minutes = zone.slice(-2);
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return Number(hours) === 0 && Number(minutes) === 0 ? "Z" : `${zone.slice(0, 1)}${hours}:${minutes}`;
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
