import type { Clock } from "../base/clock.ts";
import { linkSignals } from "../base/signals.ts";

/** A service without a success for this long has an outage; the first success after that ends the waits of all its retries. */
const OUTAGE_MS = 5_000;
/** Over how long those retries are then spread. */
const RETURN_SPREAD_MS = 1_000;

/**
 * Which services fail and since when. During an outage each request waits longer and longer; the first that succeeds wakes the
 * others, so that all of them are done soon after the end, whatever they were waiting for.
 */
export interface Outages {
  /** The service returned something that only a working service returns. */
  succeeded(service: string): void;
  /** The service returned a 5xx. */
  failed(service: string): void;
  /** For how long the service has returned nothing else; undefined while it works. */
  failingForMs(service: string): number | undefined;
  /** Waits before a retry; shorter when the outage ends. Rejects with the signal's reason. */
  wait(service: string, ms: number, signal: AbortSignal): Promise<void>;
}

interface Service {
  failingSince: number | undefined;
  /** Each entry ends a wait. */
  readonly waiting: Set<() => void>;
}

/** Nothing has failed yet. `random` gives numbers in [0, 1); `timeScale` multiplies its own times. */
export function createOutages(clock: Clock, random: () => number, timeScale = 1): Outages {
  const services = new Map<string, Service>();
  const serviceOf = (name: string): Service => {
    const service = services.get(name) ?? { failingSince: undefined, waiting: new Set() };
    services.set(name, service);
    return service;
  };
  return {
    succeeded(name) {
      const service = serviceOf(name);
      const { failingSince } = service;
      service.failingSince = undefined;
      // While single requests fail among others that succeed, each keeps its own pace.
      if (failingSince === undefined || clock.now() - failingSince < OUTAGE_MS * timeScale) return;
      for (const end of service.waiting) end();
    },
    failed(name) {
      serviceOf(name).failingSince ??= clock.now();
    },
    failingForMs(name) {
      const { failingSince } = serviceOf(name);
      return failingSince === undefined ? undefined : clock.now() - failingSince;
    },
    async wait(name, ms, signal) {
      const { waiting } = serviceOf(name);
      const endsAt = clock.now() + ms;
      const link = linkSignals(signal);
      waiting.add(link.abort);
      try {
        await clock.wait(ms, link.signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const leftMs = Math.max(0, endsAt - clock.now());
        await clock.wait(Math.min(leftMs, random() * RETURN_SPREAD_MS * timeScale), signal);
      } finally {
        waiting.delete(link.abort);
        link.dispose();
      }
    },
  };
}
