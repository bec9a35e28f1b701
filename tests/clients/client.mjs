// Node's ws against a server: node client.mjs URL NAME DEFLATE; exits with 0 if all is well.

import assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";

const [base, name, deflate] = process.argv.slice(2);
const perMessageDeflate = JSON.parse(deflate);

async function open(path, protocols = []) {
  const ws = new WebSocket(base + path, protocols, { perMessageDeflate });
  const messages = [], waiting = [];
  ws.on("message", (data, isBinary) => {
    const message = isBinary ? data : data.toString();
    if (waiting.length) waiting.shift()(message); else messages.push(message);
  });
  ws.next = () => messages.length ? messages.shift() : new Promise(resolve => waiting.push(resolve));
  await once(ws, "open");
  return ws;
}

async function echo() {
  const ws = await open("/echo?name=" + name);
  assert.equal(ws.extensions.includes("permessage-deflate"), perMessageDeflate);
  for (const message of ["one", "", "hé 😀", Buffer.alloc(0), Buffer.alloc(70000, 1), "x".repeat(100000)]) {
    ws.send(message);
    assert.deepEqual(await ws.next(), message);
  }
  for (const part of ["a", "b"]) ws.send(part, { fin: false });
  ws.send("c", { fin: true });
  assert.equal(await ws.next(), "abc");
  ws.ping("hello");
  const [pong] = await once(ws, "pong");
  assert.equal(pong.toString(), "hello");
  ws.close(4005, "enough");
  const [code, reason] = await once(ws, "close");
  assert.deepEqual([code, reason.toString()], [4005, "enough"]);
}

async function fragments() {
  const ws = await open("/fragments");
  assert.equal(await ws.next(), "frägments");
  assert.deepEqual(await ws.next(), Buffer.concat([Buffer.alloc(1), Buffer.alloc(70000, 1)]));
  ws.close();
  await once(ws, "close");
}

async function ping() {
  const ws = await open("/ping");
  assert.equal(await ws.next(), "pong");
}

async function close() {
  const ws = await open("/close");
  const [code, reason] = await once(ws, "close");
  assert.deepEqual([code, reason.toString()], [4001, "byé"]);
}

async function subprotocol() {
  const ws = await open("/subprotocol", ["a", "b"]);
  assert.equal(ws.protocol, "a");
  assert.equal(await ws.next(), "a");
}

setTimeout(() => { console.error("time is up"); process.exit(1); }, 30000).unref();
for (const scenario of [echo, fragments, ping, close, subprotocol]) await scenario();
