import { describe, expect, it } from 'vitest';
import { BATCH_STRIDE, writeBars } from '../../src/protocol/batch.ts';
import { asSeq, asSymbolId } from '../../src/protocol/brand.ts';
import type { Rate } from '../../src/protocol/wire.ts';
import { Scene } from '../support/bars-scene.ts';
import { ReaderOfOne } from '../support/reader-of-one.ts';
import { SYMBOL } from '../support/upstream-of-one.ts';

/** A scene in which bars are made, and a client that gets them. */
function inBars(rate: Rate = '1hz'): { scene: Scene; reader: ReaderOfOne } {
  const scene = new Scene();
  scene.upstream.trade(3);
  const reader = scene.reader(rate);
  scene.passOn();
  scene.upstream.wait(2_000);
  scene.upstream.trade();
  expect(reader.read()).toEqual(['subscribed 3 anew', 'bars 4-4']);
  return { scene, reader };
}

describe('a client that wants bars', () => {
  it('gets the bars of its rate in place of trades, published once for all who want them', () => {
    const { scene, reader } = inBars();
    const other = scene.reader('1hz');
    const quick = scene.reader('4hz');
    scene.passOn();
    scene.upstream.trade(4, 300);
    scene.upstream.wait(2_000);
    for (const each of scene.readers) each.read();
    expect(scene.published.filter((topic) => topic.startsWith('1hz')).length).toBeGreaterThan(0);
    const before = scene.published.length;
    scene.upstream.trade();
    expect(scene.published.slice(before).filter((topic) => topic.startsWith('1hz'))).toEqual([`1hz/${SYMBOL}`]);
    for (const each of [reader, other, quick]) expect(each.read()).toEqual(['bars 9-9']);
    expect(reader.inTrades).toBe(0);
  });

  it('is told at once of a trade that came before its bars began, even if no other follows', () => {
    const scene = new Scene();
    const reader = scene.reader('1hz');
    scene.upstream.trade(2);
    expect(reader.read()).toEqual(['subscribed 0 anew']);
    scene.passOn();
    expect(reader.read()).toEqual(['trades 1-2']);
  });

  it('gets trades up to where the bars end that are on their way, if it comes between', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    const late = scene.reader('1hz');
    scene.upstream.trade(5, 10);
    scene.upstream.wait(2_000);
    expect(reader.read()).toEqual(['bars 5-14']);
    expect(late.read()).toEqual(['subscribed 9 anew', 'trades 10-14']);
    scene.upstream.trade();
    expect(late.read()).toEqual(['bars 15-15']);
  });

  it('gets what it missed as trades, cut where the bars begin', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    const late = new ReaderOfOne(scene.hub, scene.app, scene.upstream);
    late.subscribe('1hz', { epoch: 100, seq: 2 });
    scene.upstream.trade(6, 10);
    scene.upstream.wait(2_000);
    expect(late.read()).toEqual(['subscribed 2', 'trades 3-3', 'trades 4-4', 'trades 5-9', 'trades 10-15']);
    expect(reader.read()).toEqual(['bars 5-15']);
    scene.upstream.trade();
    expect([late.read(), reader.read()]).toEqual([['bars 16-16'], ['bars 16-16']]);
  });

  it('gets the trades before a gap before it, also those whose bars never come', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    scene.upstream.gap();
    expect(reader.read(), 'upstream sends what waits').toEqual(['bars 5-9', 'gap upstream']);
    scene.upstream.trade(3, 10);
    scene.upstream.wait(2_000);
    expect(reader.read(), 'and it has no trade twice').toEqual(['bars 10-12']);

    scene.upstream.trade();
    scene.upstream.trade(4, 10);
    scene.restartUpstream();
    scene.upstream.trade();
    expect(reader.read()).toEqual([
      'bars 13-13',
      'trades 14-17',
      'subscribed 17',
      'gap restart',
      'subscribed 0',
      'bars 1-1',
    ]);
  });

  it('gets what came before its symbol is closed, and goes on from there when it is opened again', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    scene.upstream.close();
    expect(reader.read()).toEqual(['bars 5-9']);
    scene.upstream.open();
    scene.upstream.wait(2_000);
    scene.upstream.trade();
    expect(reader.read()).toEqual(['subscribed 9', 'gap unwatched', 'bars 10-10']);
  });

  it('goes on exactly where it is at another rate: no trade twice, none lost, no gap told again', () => {
    const { scene, reader } = inBars();
    scene.upstream.gap();
    expect(reader.read()).toEqual(['gap upstream']);
    reader.subscribe('full');
    expect(reader.read(), 'right after a gap').toEqual(['subscribed 4']);
    reader.subscribe('1hz');
    scene.passOn();
    scene.upstream.trade(5, 10);
    reader.subscribe('4hz');
    expect(reader.read()).toEqual(['subscribed 4', 'bars 5-5', 'subscribed 5', 'trades 6-9']);
    scene.passOn();
    scene.upstream.wait(2_000);
    scene.upstream.trade(3, 10);
    reader.subscribe('full');
    scene.upstream.trade();
    expect(reader.read()).toEqual(['bars 10-10', 'subscribed 10', 'trades 11-12', 'trades 13-13']);
  });

  it('loses nothing by asking for the same again', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    reader.subscribe('1hz');
    scene.upstream.trade(2, 10);
    reader.subscribe('1hz');
    scene.upstream.wait(2_000);
    expect(reader.read()).toEqual(['subscribed 4', 'trades 5-9', 'subscribed 9', 'trades 10-11']);
  });

  it('gets every trade again where it names no rate', () => {
    const { scene, reader } = inBars();
    reader.subscribe(undefined);
    scene.upstream.trade(2);
    expect(reader.read()).toEqual(['subscribed 4', 'trades 5-6']);
  });

  it('is told to forget and goes on with bars of the present when its socket took no more', () => {
    const { scene, reader } = inBars();
    reader.lag();
    scene.upstream.trade(5, 10);
    scene.upstream.wait(2_000);
    reader.drain();
    scene.upstream.trade();
    expect(reader.read()).toEqual(['subscribed 9 anew', 'reset 9', 'bars 10-10']);
  });

  it('takes another rate while its socket takes no more', () => {
    const { scene, reader } = inBars();
    reader.lag();
    reader.subscribe('full');
    reader.drain();
    scene.upstream.trade(2, 10);
    expect(reader.read()).toEqual(['subscribed 4 anew', 'reset 4', 'trades 5-6']);
    scene.passOn();
    expect(scene.demands.at(-1)).toMatchObject({ rate: '1hz', isWanted: false });
  });

  it('goes on after trades that were lost on the way to its shard', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    scene.upstream.overrun(() => scene.upstream.trade(5, 10));
    scene.upstream.trade(5, 10);
    scene.upstream.wait(2_000);
    expect(reader.read()).toEqual(['subscribed 14 anew', 'reset 14', 'trades 15-19']);
    scene.upstream.trade();
    expect(reader.read()).toEqual(['bars 20-20']);
  });

  it('gets the trades whose bars were lost on the way, even if nothing follows', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    scene.upstream.overrun(() => scene.upstream.wait(2_000));
    expect(reader.read()).toEqual(['trades 5-9']);
    scene.upstream.trade();
    expect(reader.read()).toEqual(['bars 10-10']);
  });

  it('gets the trades whose bars were lost on the way, also where the symbol was closed meanwhile', () => {
    const { scene, reader } = inBars();
    scene.upstream.trade(5, 10);
    scene.upstream.overrun(() => scene.upstream.close());
    expect(reader.read()).toEqual(['trades 5-9']);
    scene.upstream.open();
    scene.upstream.wait(2_000);
    scene.upstream.trade();
    expect(reader.read()).toEqual(['subscribed 9', 'gap unwatched', 'bars 10-10']);
  });

  it('waits on where bars do not reach what it has', () => {
    const { scene } = inBars();
    scene.upstream.trade(5, 10);
    const late = scene.reader('1hz');
    const index = new Float64Array(BATCH_STRIDE);
    const id = scene.hub.tape.get(SYMBOL)?.ring.id ?? asSymbolId(0);
    writeBars(index, 0, { id, rate: '1hz', firstSeq: asSeq(5), lastSeq: asSeq(7), start: 0, end: 1 });
    scene.hub.receive({ type: 'batch', ack: false, number: 1_000, bytes: new TextEncoder().encode('0'), index });
    scene.upstream.wait(2_000);
    scene.upstream.trade();
    expect(late.read()).toEqual(['subscribed 9 anew', 'bars 10-10']);
  });

  it('counts as having heard something when bars are published to it', () => {
    const { scene, reader } = inBars();
    scene.upstream.wait(2_000);
    reader.client.lastSent = 0;
    const before = scene.hub.lastFrameAt(reader.client);
    scene.upstream.trade();
    expect(reader.read()).toEqual(['bars 5-5']);
    expect(reader.client.lastSent).toBe(0);
    expect(scene.hub.lastFrameAt(reader.client)).toBeGreaterThan(0);
    expect(scene.hub.lastFrameAt(reader.client)).toBeGreaterThanOrEqual(before);
  });
});

describe('main', () => {
  it('is told of the first who wants bars of a rate, and after the last, however they end', () => {
    const scene = new Scene();
    const told = (): string[] =>
      scene.demands.map(({ symbol, rate, isWanted }) => `${isWanted ? '+' : '-'}${symbol} ${rate}`);
    const [one, two, three] = [scene.reader('1hz'), scene.reader('1hz'), scene.reader('4hz')];
    expect(told()).toEqual(['+A 1hz', '+A 4hz']);
    one?.subscribe('4hz');
    expect(told().length).toBe(2);
    two?.unsubscribe();
    expect(told().slice(2)).toEqual(['-A 1hz']);
    if (three) scene.hub.gone(three.client);
    one?.subscribe('full');
    expect(told().slice(3)).toEqual(['-A 4hz']);
  });

  it('is told that they are not wanted any more where it has refused the symbol itself', () => {
    const scene = new Scene();
    const reader = new ReaderOfOne(scene.hub, scene.app, scene.upstream);
    scene.hub.subscribe(reader.client, 'B', undefined, '1hz');
    const join = scene.toMain.find((message) => message.type === 'join');
    scene.hub.answers.refused(join?.type === 'join' ? join.ref : 0);
    expect(scene.demands.map(({ isWanted }) => isWanted)).toEqual([true, false]);
  });
});
