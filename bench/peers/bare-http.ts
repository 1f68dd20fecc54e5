// What the page's shell is measured against: the least one can do with uWebSockets.js. It answers every GET with one file
// from memory, gzipped beforehand. Usage: node bench/peers/bare-http.ts FILE
import * as uWS from 'uWebSockets.js';
import { readFileSync } from 'node:fs';

const body = readFileSync(`${process.argv[2]}.gz`);
const app = uWS.App();

app.get('/*', (response) => {
  response.writeHeader('Content-Type', 'text/html; charset=utf-8');
  response.writeHeader('Content-Encoding', 'gzip');
  response.end(body);
});

app.listen('127.0.0.1', 0, (socket) => {
  if (socket) console.log(`http://127.0.0.1:${uWS.us_socket_local_port(socket)}`);
  else process.exit(1);
});
process.on('disconnect', () => process.exit());
