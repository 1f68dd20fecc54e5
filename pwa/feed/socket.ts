/**
 * What a client needs of a WebSocket. The handlers are only ever set; their types differ between browsers, Node and the
 * package `ws`, so that none of them would fit all.
 */
export interface SocketLike {
  readonly readyState: number;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(text: string): void;
  close(): void;
}

export type SocketConstructor = new (url: string, protocol: string) => SocketLike;
