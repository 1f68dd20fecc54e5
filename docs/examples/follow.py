#!/usr/bin/env python3
"""Prints every trade of some symbols once, and says what is missing. It survives restarts of the server.

Usage: python3 follow.py ws://localhost:8080 BINANCE:BTCUSDT AAPL     (TOKEN: the access token, where there is one)
Needs the package websockets, 10 or later (Debian: apt-get install python3-websockets).
"""
import asyncio, json, os, random, sys, websockets

at = {}  # symbol: {"epoch", "seq"} of its last trade; kept over connections, to go on from there
ids = {}  # number in frames: symbol; a connection's own


def take_frame(id, seq, base, *trades):  # base: the time of the first, ms; trades: [ms after it, price, volume, flags]
    symbol = ids.get(id)
    if symbol and seq > at[symbol]["seq"] + 1:
        raise EOFError(f"trades of {symbol} are missing")  # connecting again asks for them
    for seq, (after, price, volume, *flags) in enumerate(trades, seq):
        if symbol and seq > at[symbol]["seq"]:
            at[symbol]["seq"] = seq
            print("trade", symbol, f"{at[symbol]['epoch']}.{seq}", base + after, price, volume, flush=True)


def take_message(message):
    kind, symbol, epoch, seq = map(message.get, ("type", "symbol", "epoch", "seq"))
    if kind in ("subscribed", "reset"):
        at[symbol] = {"epoch": epoch, "seq": seq}
        ids[message.get("id")] = symbol
        print(kind, symbol, f"{epoch}.{seq}", message.get("reason", ""), flush=True)
    elif kind == "gap":
        at[symbol]["seq"] = max(at[symbol]["seq"], message.get("toSeq", 0) - 1)
        print(kind, symbol, *map(message.get, ("cause", "from", "to", "fromSeq", "toSeq")), flush=True)
    elif kind in ("waiting", "status", "error"):
        print(message, file=sys.stderr)


async def follow(url, *symbols):
    async for socket in websockets.connect(url, subprotocols=["tickcast.v1"]):  # waits longer after each failure
        try:
            ids.clear()
            if "TOKEN" in os.environ:
                await socket.send(json.dumps({"type": "auth", "token": os.environ["TOKEN"]}))
            for symbol in symbols:
                since = {"since": at[symbol]} if symbol in at else {}
                await socket.send(json.dumps({"type": "subscribe", "symbol": symbol, **since}))
            while True:  # the server says something at least every 15 s
                message = json.loads(await asyncio.wait_for(socket.recv(), 30))
                take_frame(*message) if isinstance(message, list) else take_message(message)
        except (EOFError, asyncio.TimeoutError, websockets.ConnectionClosed) as error:
            print("lost:", error, file=sys.stderr)
            if isinstance(error, websockets.ConnectionClosed) and error.rcvd and error.rcvd.code == 1008:
                sys.exit("The access token is missing or wrong.")
        await asyncio.sleep(random.uniform(0, 2))  # not everybody at once


asyncio.run(follow(*sys.argv[1:]))
