#include "report_assets.h"

#pragma clang diagnostic push
// A standard of C that the compiler knows in all of its modes.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t style[] = {
#embed "report.css"
};

static const uint8_t script[] = {
#embed "report.js"
};

// A build without scripts/setup, or on behalf of another package, has no charts; reports then say so.
#if __has_embed("../../.build/vega/vega-bundle.js")
#define HAS_CHARTS 1
static const uint8_t charts[] = {
#embed "../../.build/vega/vega-bundle.js"
};
#else
#define HAS_CHARTS 0
#endif

#pragma clang diagnostic pop

size_t report_asset_size(int asset) {
  switch (asset) {
    case report_asset_style: return sizeof style;
    case report_asset_script: return sizeof script;
#if HAS_CHARTS
    case report_asset_charts: return sizeof charts;
#endif
    default: return 0;
  }
}

uint8_t report_asset_byte(int asset, size_t place) {
  if (place >= report_asset_size(asset)) return 0;
  switch (asset) {
    case report_asset_style: return style[place];
    case report_asset_script: return script[place];
#if HAS_CHARTS
    case report_asset_charts: return charts[place];
#endif
    default: return 0;
  }
}
