import { type Chart, DatasetController } from 'chart.js';
import type { Candle } from '../../src/protocol/candles.ts';

declare module 'chart.js' {
  interface ChartTypeRegistry {
    candles: {
      chartOptions: unknown;
      datasetOptions: { draw: (chart: Chart) => void };
      defaultDataPoint: Candle;
      metaExtensions: Record<string, never>;
      parsedDataType: Candle;
      scales: 'linear';
    };
  }
}

/** The kinds of datasets that one chart is made of. */
export type DatasetKind = 'line' | 'candles';

/**
 * A dataset of candles that is drawn whole: Chart.js gives it its place among the others and the clipping, and is spared an
 * element for every candle. `draw` of the dataset paints it.
 */
export class CandleController extends DatasetController<'candles'> {
  static readonly id = 'candles';
  /** Chart.js insists on a registered element, though none is made. */
  static readonly defaults = { dataElementType: 'point' };

  override addElements(): void {
    // No elements: candles are painted from their numbers.
  }

  override buildOrUpdateElements(): void {
    // As above.
  }

  override update(): void {
    // Nothing is kept between two drawings.
  }

  /** The axes get their bounds from the scene. */
  override getMinMax(): { min: number; max: number } {
    return { min: 0, max: 1 };
  }

  override draw(): void {
    const dataset = this.getDataset();
    if ('draw' in dataset && typeof dataset.draw === 'function') dataset.draw(this.chart);
  }
}
