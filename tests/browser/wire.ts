import type { ConnectionTransport } from "puppeteer-core";

/** The way to Chromium; disposing of it waits until it is closed. */
export interface Wire extends ConnectionTransport, AsyncDisposable {}

/** @param address such as "ws://127.0.0.1:41017/devtools/browser/…" */
export async function openWire(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const wire: Wire = {
    send: (message) => socket.send(message),
    close: () => socket.close(),
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await closed.promise;
    },
  };
  socket.onopen = () => opened.resolve();
  socket.onerror = () => {
    opened.reject(new Error(`Cannot reach Chromium at "${address}"`));
  };
  socket.onmessage = ({ data }) => wire.onmessage?.(data);
  socket.onclose = () => {
    closed.resolve();
    wire.onclose?.();
  };
  await opened.promise;
  return wire;
}
