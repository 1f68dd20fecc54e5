/** What the codes of pairs are called: venues seldom write it into a description. */
const TEXT = `
BTC Bitcoin|XBT Bitcoin|ETH Ethereum|SOL Solana|BNB Binance Coin|XRP Ripple|DOGE Dogecoin|ADA Cardano|TRX Tron|AVAX Avalanche
LINK Chainlink|SUI Sui|TON Toncoin|DOT Polkadot|LTC Litecoin|BCH Bitcoin Cash|BCC Bitcoin Cash|XLM Stellar Lumens|HBAR Hedera
SHIB Shiba Inu|PEPE Pepe|UNI Uniswap|NEAR Near Protocol|APT Aptos|ICP Internet Computer|ETC Ethereum Classic|MATIC Polygon|POL Polygon
ATOM Cosmos|FIL Filecoin|ARB Arbitrum|OP Optimism|VET VeChain|ALGO Algorand|AAVE Aave|INJ Injective|RENDER Render|FET Fetch
GRT The Graph|SAND Sandbox|MANA Decentraland|AXS Axie Infinity|GALA Gala|CHZ Chiliz|XTZ Tezos|LDO Lido|SEI Sei|TIA Celestia
WLD Worldcoin|TAO Bittensor|ONDO Ondo|ENA Ethena|ZEC Zcash|XMR Monero|DASH Dash|EOS EOS|NEO Neo|IOTA Iota|QTUM Qtum|ONT Ontology
BAT Basic Attention Token|ZRX 0x|MKR Maker|COMP Compound|YFI Yearn|SNX Synthetix|CRV Curve|SUSHI SushiSwap|BAND Band Protocol
KNC Kyber|OMG OmiseGo|ZIL Zilliqa|ICX Icon|WAVES Waves|LSK Lisk|SC Siacoin|XEM Nem|BTG Bitcoin Gold|STX Stacks|THETA Theta
EGLD Elrond|RUNE Thorchain|KSM Kusama|FTM Fantom|HOT Holo|ENJ Enjin|REN Ren|RVN Ravencoin|DCR Decred|NANO Nano|HNT Helium|CAKE PancakeSwap
EUR Euro|USD US Dollar|GBP British Pound Sterling|JPY Japanese Yen|CHF Swiss Franc|AUD Australian Dollar|CAD Canadian Dollar
NZD New Zealand Dollar|CNH Chinese Yuan|CNY Chinese Yuan|HKD Hong Kong Dollar|SGD Singapore Dollar|SEK Swedish Krona|NOK Norwegian Krone
DKK Danish Krone|PLN Polish Zloty|CZK Czech Koruna|HUF Hungarian Forint|TRY Turkish Lira|ZAR South African Rand|MXN Mexican Peso
INR Indian Rupee|THB Thai Baht|RUB Russian Ruble|BRL Brazilian Real|XAU Gold|XAG Silver|XPT Platinum|XPD Palladium|XCU Copper
USDT Tether|USDC USD Coin
`;

/** By folded code. */
export const CODE_NAMES: ReadonlyMap<string, string> = new Map(
  TEXT.trim()
    .split(/[|\n]/)
    .map((row): [string, string] => {
      const space = row.indexOf(' ');
      return [row.slice(0, space).toLowerCase(), row.slice(space + 1)];
    }),
);
