import type { ServerResponse } from "node:http";
import { createControlApi } from "./control/control-api.ts";
import { type Controls, createEngine } from "./control/controls.ts";
import type { EmulatorOptions } from "./options.ts";
import { exchangeApi } from "./server/exchange.ts";
import { type Listener, startListener } from "./server/listener.ts";

/** A running emulator: a KakaoCloud on this machine, with its controls. */
export interface Emulator extends Controls {
  /** Base URL of every service, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /** Drops all connections and refuses new ones for so many milliseconds; resolves when it listens again. */
  refuse(milliseconds: number): Promise<void>;
  /** Drops all connections and stops listening. */
  stop(): Promise<void>;
}

/** Starts an emulator. Rejects with SettingError for options that can't work, or with the listener's error. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const engine = createEngine(options);
  const { host = "127.0.0.1", port = 0 } = options;
  const refuse = (milliseconds: number) => listener.refuse(milliseconds);
  const controlApi = createControlApi(engine.controls, host, refuse);
  const listener: Listener = await startListener(host, port, (request, response, connection) => {
    const { url = "/" } = request;
    if (/^\/_emu(\/|\?|$)/.test(url)) return controlApi(request, response);
    if (url === "/") return redirect(response, "/_emu/");
    return exchangeApi(engine, listener, request, response, connection);
  });
  return { ...engine.controls, url: listener.url, port: listener.port, refuse, stop: () => listener.stop() };
}

/** A browser that opens the emulator gets its status page. */
async function redirect(response: ServerResponse, location: string): Promise<void> {
  response.writeHead(302, { Location: location }).end();
}
