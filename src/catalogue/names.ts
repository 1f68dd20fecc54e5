/** What the codes in a pair's name stand for. */
const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ['AUD', 'Australian Dollar'],
  ['CAD', 'Canadian Dollar'],
  ['CHF', 'Swiss Franc'],
  ['CNH', 'Chinese Yuan (offshore)'],
  ['CZK', 'Czech Koruna'],
  ['DKK', 'Danish Krone'],
  ['EUR', 'Euro'],
  ['GBP', 'British Pound'],
  ['HKD', 'Hong Kong Dollar'],
  ['HUF', 'Hungarian Forint'],
  ['INR', 'Indian Rupee'],
  ['JPY', 'Japanese Yen'],
  ['MXN', 'Mexican Peso'],
  ['NOK', 'Norwegian Krone'],
  ['NZD', 'New Zealand Dollar'],
  ['PLN', 'Polish Zloty'],
  ['SEK', 'Swedish Krona'],
  ['SGD', 'Singapore Dollar'],
  ['THB', 'Thai Baht'],
  ['TRY', 'Turkish Lira'],
  ['USD', 'US Dollar'],
  ['XAG', 'Silver'],
  ['XAU', 'Gold'],
  ['ZAR', 'South African Rand'],
]);

const COINS: ReadonlyMap<string, string> = new Map([
  ['1INCH', '1inch'],
  ['AAVE', 'Aave'],
  ['ADA', 'Cardano'],
  ['ALGO', 'Algorand'],
  ['APT', 'Aptos'],
  ['ARB', 'Arbitrum'],
  ['ATOM', 'Cosmos'],
  ['AVAX', 'Avalanche'],
  ['AXS', 'Axie Infinity'],
  ['BCH', 'Bitcoin Cash'],
  ['BNB', 'BNB'],
  ['BONK', 'Bonk'],
  ['BTC', 'Bitcoin'],
  ['CAKE', 'PancakeSwap'],
  ['CHZ', 'Chiliz'],
  ['COMP', 'Compound'],
  ['CRV', 'Curve'],
  ['DASH', 'Dash'],
  ['DOGE', 'Dogecoin'],
  ['DOT', 'Polkadot'],
  ['EGLD', 'MultiversX'],
  ['ENA', 'Ethena'],
  ['ENJ', 'Enjin Coin'],
  ['ETC', 'Ethereum Classic'],
  ['ETH', 'Ethereum'],
  ['FDUSD', 'First Digital USD'],
  ['FET', 'Artificial Superintelligence Alliance'],
  ['FIL', 'Filecoin'],
  ['FLOKI', 'Floki'],
  ['GALA', 'Gala'],
  ['GRT', 'The Graph'],
  ['HBAR', 'Hedera'],
  ['ICP', 'Internet Computer'],
  ['IMX', 'Immutable'],
  ['INJ', 'Injective'],
  ['JUP', 'Jupiter'],
  ['LDO', 'Lido DAO'],
  ['LINK', 'Chainlink'],
  ['LTC', 'Litecoin'],
  ['MANA', 'Decentraland'],
  ['NEAR', 'NEAR Protocol'],
  ['NEO', 'Neo'],
  ['ONDO', 'Ondo'],
  ['OP', 'Optimism'],
  ['PEPE', 'Pepe'],
  ['POL', 'Polygon'],
  ['RENDER', 'Render'],
  ['SAND', 'The Sandbox'],
  ['SEI', 'Sei'],
  ['SHIB', 'Shiba Inu'],
  ['SOL', 'Solana'],
  ['STX', 'Stacks'],
  ['SUI', 'Sui'],
  ['TAO', 'Bittensor'],
  ['THETA', 'Theta Network'],
  ['TIA', 'Celestia'],
  ['TON', 'Toncoin'],
  ['TRX', 'TRON'],
  ['UNI', 'Uniswap'],
  ['USDC', 'USD Coin'],
  ['USDT', 'Tether'],
  ['VET', 'VeChain'],
  ['WIF', 'dogwifhat'],
  ['WLD', 'Worldcoin'],
  ['XLM', 'Stellar'],
  ['XRP', 'XRP'],
  ['XTZ', 'Tezos'],
  ['ZEC', 'Zcash'],
]);

/**
 * `EUR/USD` as "Euro / US Dollar", `BTC/USDT` as "Bitcoin / Tether", so that a search for the name finds the pair. A code
 * without a known name stands for itself; `undefined` when neither side has a name, or it is no pair.
 */
export function pairName(displaySymbol: string): string | undefined {
  const [base, quote, ...rest] = displaySymbol.split('/');
  if (!base || !quote || rest.length > 0) return undefined;
  const baseName = nameOf(base);
  const quoteName = nameOf(quote);
  if (baseName === undefined && quoteName === undefined) return undefined;
  return `${baseName ?? base} / ${quoteName ?? quote}`;
}

function nameOf(code: string): string | undefined {
  return CURRENCIES.get(code) ?? COINS.get(code);
}
